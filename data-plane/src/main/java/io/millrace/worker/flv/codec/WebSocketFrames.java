package io.millrace.worker.flv.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What a WebSocket server says (RFC 6455): its answer to the opening, and frames, which it does not mask. */
public final class WebSocketFrames {

    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int INTERNAL_ERROR = 1011;

    /** The longest header of a frame that a server sends. */
    public static final int MAX_HEADER = 10;

    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final int MAX_REASON = 120;
    private static final int FINAL = 0x80;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PONG = 0xa;
    private static final int MAX_SHORT = 125;

    private WebSocketFrames() {}

    /** Whether a client's Sec-WebSocket-Key is one. */
    public static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The Sec-WebSocket-Accept for a client's key (section 4.2.2). */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SALT).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The header before a binary payload of this length. */
    public static void writeBinaryHeader(ByteBuf out, int length) {
        writeHeader(out, BINARY, length);
    }

    /** The answer to a ping; the payload is left as it is. */
    public static void writePong(ByteBuf out, ByteBuf peekedPayload) {
        writeHeader(out, PONG, peekedPayload.readableBytes());
        out.writeBytes(peekedPayload, peekedPayload.readerIndex(), peekedPayload.readableBytes());
    }

    /** The last frame. */
    public static void writeClose(ByteBuf out, int code, String reason) {
        String shown = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        byte[] text = shown.replaceAll("[^ -~]", "?").getBytes(StandardCharsets.US_ASCII);
        writeHeader(out, CLOSE, text.length + 2);
        out.writeShort(code).writeBytes(text);
    }

    private static void writeHeader(ByteBuf out, int opcode, int length) {
        out.writeByte(FINAL | opcode);
        if (length <= MAX_SHORT) {
            out.writeByte(length);
        } else if (length <= 0xffff) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }
}
