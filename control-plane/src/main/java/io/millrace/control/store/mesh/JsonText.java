package io.millrace.control.store.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keys or values of a store as JSON. */
final class JsonText<T> {

    private static final Logger LOG = Logger.getLogger(JsonText.class);

    private final String store;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final AtomicBoolean complained = new AtomicBoolean();

    JsonText(String store, ObjectMapper json, Class<T> type) {
        this.store = store;
        // What a newer version of the program wrote may have fields that this one does not know.
        this.reader = json.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.writer = json.writerFor(type);
    }

    String write(T value) {
        return new String(bytes(value).array(), StandardCharsets.UTF_8);
    }

    Bytes bytes(T value) {
        try {
            return new Bytes(writer.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be stored in " + store + ": " + e.getMessage(), e);
        }
    }

    @Nullable
    T readOrNull(String text) {
        return readOrNull(new Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Null for what this version of the program cannot read; the log says so once. */
    @Nullable
    T readOrNull(Bytes bytes) {
        try {
            return reader.readValue(bytes.array());
        } catch (IOException e) {
            if (complained.compareAndSet(false, true)) {
                LOG.errorf("mesh store=%s has an entry that cannot be read and is passed over error=%s", store, e);
            }
            return null;
        }
    }
}
