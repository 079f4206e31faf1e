package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes AMF0. Depth and counts are bounded; anything malformed is a {@link RtmpFormatException}. */
public final class Amf0 {

    private static final int NUMBER = 0x00;
    private static final int BOOLEAN = 0x01;
    private static final int STRING = 0x02;
    private static final int OBJECT = 0x03;
    private static final int NULL = 0x05;
    private static final int UNDEFINED = 0x06;
    private static final int ECMA_ARRAY = 0x08;
    private static final int OBJECT_END = 0x09;
    private static final int STRICT_ARRAY = 0x0a;
    private static final int DATE = 0x0b;
    private static final int LONG_STRING = 0x0c;
    private static final int UNSUPPORTED = 0x0d;
    private static final int XML_DOCUMENT = 0x0f;
    private static final int TYPED_OBJECT = 0x10;

    private static final int AVM_PLUS = 0x11;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_MEMBERS = 1_024;

    private Amf0() {}

    /** Reads one value. */
    public static AmfValue read(ByteBuf in) {
        return read(in, 0);
    }

    /** Reads values until the buffer ends or goes on in AMF3, which no command needs to be understood. */
    public static List<AmfValue> readAll(ByteBuf in) {
        List<AmfValue> values = new ArrayList<>(4);
        while (in.isReadable()) {
            if (values.size() == MAX_MEMBERS) {
                throw new RtmpFormatException("more than " + MAX_MEMBERS + " AMF0 values in one message");
            }
            if (in.getUnsignedByte(in.readerIndex()) == AVM_PLUS) {
                values.add(AmfValue.Nothing.UNDEFINED);
                return values;
            }
            values.add(read(in, 0));
        }
        return values;
    }

    private static AmfValue read(ByteBuf in, int depth) {
        if (depth > MAX_DEPTH) {
            throw new RtmpFormatException("AMF0 values nested deeper than " + MAX_DEPTH);
        }
        need(in, 1);
        int marker = in.readUnsignedByte();
        return switch (marker) {
            case NUMBER -> {
                need(in, 8);
                yield new AmfValue.Num(in.readDouble());
            }
            case BOOLEAN -> {
                need(in, 1);
                yield new AmfValue.Bool(in.readByte() != 0);
            }
            case STRING -> new AmfValue.Text(readShortText(in));
            case LONG_STRING, XML_DOCUMENT -> {
                need(in, 4);
                yield new AmfValue.Text(readText(in, in.readUnsignedInt()));
            }
            case OBJECT -> readMembers(in, depth);
            case TYPED_OBJECT -> {
                readShortText(in);
                yield readMembers(in, depth);
            }
            case ECMA_ARRAY -> {
                need(in, 4);
                in.skipBytes(4);
                yield readMembers(in, depth);
            }
            case STRICT_ARRAY -> readItems(in, depth);
            case DATE -> {
                need(in, 10);
                double millis = in.readDouble();
                in.skipBytes(2);
                yield new AmfValue.Date(millis);
            }
            case NULL -> AmfValue.Nothing.NULL;
            case UNDEFINED, UNSUPPORTED -> AmfValue.Nothing.UNDEFINED;
            default -> throw new RtmpFormatException("AMF0 marker 0x" + Integer.toHexString(marker));
        };
    }

    private static AmfValue.Members readMembers(ByteBuf in, int depth) {
        Map<String, AmfValue> members = new LinkedHashMap<>();
        while (true) {
            String name = readShortText(in);
            need(in, 1);
            if (name.isEmpty() && in.getUnsignedByte(in.readerIndex()) == OBJECT_END) {
                in.skipBytes(1);
                return new AmfValue.Members(members);
            }
            if (members.size() == MAX_MEMBERS) {
                throw new RtmpFormatException("an AMF0 object with more than " + MAX_MEMBERS + " members");
            }
            members.put(name, read(in, depth + 1));
        }
    }

    private static AmfValue.Items readItems(ByteBuf in, int depth) {
        need(in, 4);
        long count = in.readUnsignedInt();
        if (count > MAX_MEMBERS) {
            throw new RtmpFormatException("an AMF0 array of " + count + " items");
        }
        List<AmfValue> items = new ArrayList<>((int) Math.min(count, 16));
        for (long i = 0; i < count; i++) {
            items.add(read(in, depth + 1));
        }
        return new AmfValue.Items(items);
    }

    private static String readShortText(ByteBuf in) {
        need(in, 2);
        return readText(in, in.readUnsignedShort());
    }

    private static String readText(ByteBuf in, long length) {
        if (length > in.readableBytes()) {
            throw new RtmpFormatException(
                    "an AMF0 string of " + length + " bytes where " + in.readableBytes() + " are left");
        }
        return in.readCharSequence((int) length, StandardCharsets.UTF_8).toString();
    }

    private static void need(ByteBuf in, int bytes) {
        if (in.readableBytes() < bytes) {
            throw new RtmpFormatException("AMF0 ends in the middle of a value");
        }
    }

    public static void write(ByteBuf out, AmfValue value) {
        switch (value) {
            case AmfValue.Num number -> {
                out.writeByte(NUMBER);
                out.writeDouble(number.value());
            }
            case AmfValue.Bool bool -> {
                out.writeByte(BOOLEAN);
                out.writeBoolean(bool.value());
            }
            case AmfValue.Text text -> writeText(out, text.value());
            case AmfValue.Members object -> {
                out.writeByte(OBJECT);
                object.members().forEach((name, member) -> {
                    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                    out.writeShort(bytes.length);
                    out.writeBytes(bytes);
                    write(out, member);
                });
                out.writeMedium(OBJECT_END);
            }
            case AmfValue.Items items -> {
                out.writeByte(STRICT_ARRAY);
                out.writeInt(items.items().size());
                items.items().forEach(item -> write(out, item));
            }
            case AmfValue.Date date -> {
                out.writeByte(DATE);
                out.writeDouble(date.millis());
                out.writeShort(0);
            }
            case AmfValue.Nothing nothing -> out.writeByte(nothing == AmfValue.Nothing.NULL ? NULL : UNDEFINED);
        }
    }

    private static void writeText(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= 0xffff) {
            out.writeByte(STRING);
            out.writeShort(bytes.length);
        } else {
            out.writeByte(LONG_STRING);
            out.writeInt(bytes.length);
        }
        out.writeBytes(bytes);
    }
}
