package io.millrace.cluster.rtmp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** AMF0 values as Java values: Double, Boolean, String, Map, List and null. */
public final class Amf0 {

    private static final int NUMBER = 0;
    private static final int BOOLEAN = 1;
    private static final int STRING = 2;
    private static final int OBJECT = 3;
    private static final int NULL = 5;
    private static final int UNDEFINED = 6;
    private static final int ECMA_ARRAY = 8;
    private static final int OBJECT_END = 9;
    private static final int STRICT_ARRAY = 10;
    private static final int DATE = 11;
    private static final int LONG_STRING = 12;

    private Amf0() {}

    public static byte[] encode(@Nullable Object... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (@Nullable Object value : values) {
            write(out, value);
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, @Nullable Object value) {
        switch (value) {
            case null -> out.write(NULL);
            case Number number -> {
                out.write(NUMBER);
                out.writeBytes(
                        ByteBuffer.allocate(8).putDouble(number.doubleValue()).array());
            }
            case Boolean flag -> {
                out.write(BOOLEAN);
                out.write(flag ? 1 : 0);
            }
            case String text -> {
                out.write(STRING);
                writeText(out, text);
            }
            case Map<?, ?> members -> {
                out.write(OBJECT);
                members.forEach((key, member) -> {
                    writeText(out, (String) key);
                    write(out, member);
                });
                writeText(out, "");
                out.write(OBJECT_END);
            }
            case List<?> items -> {
                out.write(STRICT_ARRAY);
                out.writeBytes(ByteBuffer.allocate(4).putInt(items.size()).array());
                items.forEach(item -> write(out, item));
            }
            default -> throw new IllegalArgumentException("no AMF0 form of " + value.getClass());
        }
    }

    private static void writeText(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    public static List<@Nullable Object> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<@Nullable Object> values = new ArrayList<>();
        while (in.hasRemaining()) {
            values.add(read(in));
        }
        return values;
    }

    private static @Nullable Object read(ByteBuffer in) {
        int marker = in.get() & 0xff;
        return switch (marker) {
            case NUMBER -> in.getDouble();
            case BOOLEAN -> in.get() != 0;
            case STRING -> readText(in, in.getShort() & 0xffff);
            case LONG_STRING -> readText(in, in.getInt());
            case OBJECT -> readMembers(in);
            case ECMA_ARRAY -> {
                in.getInt();
                yield readMembers(in);
            }
            case STRICT_ARRAY -> {
                int count = in.getInt();
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    items.add(read(in));
                }
                yield items;
            }
            case DATE -> {
                double millis = in.getDouble();
                in.getShort();
                yield millis;
            }
            case NULL, UNDEFINED -> null;
            default -> throw new IllegalArgumentException("AMF0 marker " + marker);
        };
    }

    private static Map<String, @Nullable Object> readMembers(ByteBuffer in) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (true) {
            String key = readText(in, in.getShort() & 0xffff);
            if (key.isEmpty() && in.get(in.position()) == OBJECT_END) {
                in.get();
                return members;
            }
            members.put(key, read(in));
        }
    }

    private static String readText(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
