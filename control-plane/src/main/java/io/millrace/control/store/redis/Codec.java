package io.millrace.control.store.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;

/** Keys and values as JSON. What a newer control plane added to a value is not looked at. */
final class Codec<K, V> {

    private final ObjectReader keyReader;
    private final ObjectReader valueReader;
    private final ObjectWriter writer;
    private final Class<K> keys;
    private final Class<V> values;

    Codec(ObjectMapper json, Class<K> keys, Class<V> values) {
        this.keys = keys;
        this.values = values;
        this.keyReader = json.readerFor(keys).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.valueReader = json.readerFor(values).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.writer = json.writer();
    }

    byte[] bytes(Object keyOrValue) {
        try {
            return writer.writeValueAsBytes(keyOrValue);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be stored: " + e.getOriginalMessage(), e);
        }
    }

    /** @throws Unreadable if it is nothing that this version wrote */
    K key(byte[] bytes) {
        return keys.cast(read(keyReader, bytes));
    }

    /** @throws Unreadable if it is nothing that this version understands */
    V value(byte[] bytes) {
        return values.cast(read(valueReader, bytes));
    }

    private static Object read(ObjectReader reader, byte[] bytes) {
        try {
            Object read = reader.readValue(bytes);
            if (read == null) {
                throw new Unreadable("it is null");
            }
            return read;
        } catch (IOException e) {
            throw new Unreadable(e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString());
        }
    }

    /** Something else than this version writes is in the store. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String why) {
            super(why);
        }
    }
}
