package io.millrace.worker.webrtc.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes STUN messages as peers do. */
public final class TestStun {

    public static final int REQUEST = 0x0001;
    public static final int INDICATION = 0x0011;
    public static final int SUCCESS = 0x0101;
    public static final int ERROR = 0x0111;
    /** A method of libwebrtc's own. */
    public static final int GOOG_PING = 0x0200;

    public static final int USERNAME = 0x0006;
    public static final int MESSAGE_INTEGRITY = 0x0008;
    public static final int USE_CANDIDATE = 0x0025;

    private final int type;
    private final long id;
    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();

    private TestStun(int type, long id) {
        this.type = type;
        this.id = id;
    }

    public static TestStun of(int type, long id) {
        return new TestStun(type, id);
    }

    /** A connectivity check. */
    public static byte[] check(long id, String checked, String checking) {
        return of(REQUEST, id).username(checked + ":" + checking).sealed().bytes();
    }

    public static byte[] nomination(long id, String checked, String checking) {
        return of(REQUEST, id)
                .username(checked + ":" + checking)
                .with(USE_CANDIDATE, new byte[0])
                .sealed()
                .bytes();
    }

    public TestStun username(String text) {
        return with(USERNAME, text.getBytes(StandardCharsets.UTF_8));
    }

    public TestStun sealed() {
        return with(MESSAGE_INTEGRITY, new byte[20]);
    }

    public TestStun with(int attribute, byte[] value) {
        int padded = (value.length + 3) & ~3;
        attributes.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) attribute)
                .putShort((short) value.length)
                .array());
        attributes.writeBytes(Arrays.copyOf(value, padded));
        return this;
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(20 + attributes.size())
                .putShort((short) type)
                .putShort((short) attributes.size())
                .putInt(0x2112A442)
                .putLong(id)
                .putInt((int) id ^ 0x5A5A5A5A)
                .put(attributes.toByteArray())
                .array();
    }

    public static StunId id(long id) {
        return new StunId(id, (int) id ^ 0x5A5A5A5A);
    }
}
