package io.millrace.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** As much of SRT's handshake as a caller and a listener need that carry nothing (draft-sharabayko-srt, section 3.2.1). */
final class SrtWords {

    private static final int HEADER = 16;
    private static final int DESTINATION = 12;
    private static final int VERSION = HEADER;
    private static final int EXTENSION_FIELD = HEADER + 6;
    private static final int TYPE = HEADER + 20;
    private static final int SOCKET = HEADER + 24;
    private static final int COOKIE = HEADER + 28;
    private static final int SIZE = HEADER + 48;

    private static final int INDUCTION = 1;
    private static final int CONCLUSION = -1;
    private static final int MAGIC = 0x4a17;
    private static final int STREAM_ID = 5;

    private SrtWords() {}

    static ByteBuffer induction(int socket) {
        return handshake(4, 2, INDUCTION, socket, 0, 0);
    }

    /** @param stream without its app, at most 64 letters */
    static ByteBuffer conclusion(int socket, int cookie, String stream) {
        String id = "#!::r=live/" + stream + ",m=publish";
        int words = (id.length() + 3) / 4;
        ByteBuffer packet = handshake(5, 1 | 4, CONCLUSION, socket, cookie, 16 + 4 + 4 * words);
        packet.position(SIZE);
        packet.putShort((short) 1)
                .putShort((short) 3)
                .putInt(0x10501)
                .putInt(0xbf)
                .putInt(0x780078);
        packet.putShort((short) STREAM_ID).putShort((short) words);
        byte[] padded = new byte[4 * words];
        System.arraycopy(id.getBytes(StandardCharsets.US_ASCII), 0, padded, 0, id.length());
        for (int i = 0; i < words; i++) {
            // Each word stands the other way round.
            packet.put(padded[4 * i + 3])
                    .put(padded[4 * i + 2])
                    .put(padded[4 * i + 1])
                    .put(padded[4 * i]);
        }
        return packet.rewind();
    }

    private static ByteBuffer handshake(int version, int extensions, int type, int socket, int cookie, int more) {
        ByteBuffer packet = ByteBuffer.allocate(SIZE + more);
        packet.putInt(0, 0x80000000).putInt(VERSION, version).putShort(EXTENSION_FIELD, (short) extensions);
        packet.putInt(HEADER + 8, 1).putInt(HEADER + 12, 1_500).putInt(HEADER + 16, 8_192);
        packet.putInt(TYPE, type).putInt(SOCKET, socket).putInt(COOKIE, cookie).put(HEADER + 32, (byte) 1);
        packet.put(HEADER + 33, (byte) 0).put(HEADER + 34, (byte) 0).put(HEADER + 35, (byte) 127);
        return packet;
    }

    static boolean isHandshake(ByteBuffer packet) {
        return packet.remaining() >= SIZE && packet.getInt(0) == 0x80000000;
    }

    static boolean isConclusion(ByteBuffer packet) {
        return packet.getInt(TYPE) == CONCLUSION;
    }

    static int cookie(ByteBuffer packet) {
        return packet.getInt(COOKIE);
    }

    static String streamOf(ByteBuffer conclusion) {
        StringBuilder id = new StringBuilder();
        int at = SIZE + 16;
        int words = conclusion.getShort(at + 2);
        for (int i = 0; i < words; i++) {
            for (int b = 3; b >= 0; b--) {
                id.append((char) conclusion.get(at + 4 + 4 * i + b));
            }
        }
        return id.toString().replaceFirst(".*r=live/", "").replaceFirst(",.*", "");
    }

    /** Turns what a caller says into what a listener answers. */
    static void answer(ByteBuffer packet) {
        packet.putInt(DESTINATION, packet.getInt(SOCKET));
        if (isConclusion(packet)) {
            packet.putInt(SOCKET, 77);
        } else {
            packet.putInt(VERSION, 5).putShort(EXTENSION_FIELD, (short) MAGIC).putInt(COOKIE, 1_234);
        }
    }
}
