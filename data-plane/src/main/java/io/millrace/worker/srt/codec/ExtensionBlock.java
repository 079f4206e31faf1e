package io.millrace.worker.srt.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One extension of a handshake (section 3.2.1).
 *
 * @param words its content; every extension consists of words of 32 bits
 */
public record ExtensionBlock(int type, List<Integer> words) {

    public static final int HSREQ = 1;
    public static final int HSRSP = 2;
    public static final int KMREQ = 3;
    public static final int KMRSP = 4;
    /** The stream id. */
    public static final int SID = 5;
    /** Which congestion control; older texts call it CONFIG. */
    public static final int CONGESTION = 6;
    /** The packet filter. */
    public static final int FILTER = 7;
    /** Bonded connections. */
    public static final int GROUP = 8;

    /** Section 3.2.1.3. */
    private static final int MAX_STREAM_ID = 512;

    public ExtensionBlock {
        words = List.copyOf(words);
    }

    /** @throws IllegalArgumentException when it is longer than a stream id may be */
    public static ExtensionBlock ofStreamId(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_STREAM_ID) {
            throw new IllegalArgumentException("a stream id has " + MAX_STREAM_ID + " bytes at most");
        }
        List<Integer> words = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 4) {
            int word = 0;
            for (int i = 0; i < 4 && at + i < bytes.length; i++) {
                word |= (bytes[at + i] & 0xff) << (8 * i);
            }
            words.add(word);
        }
        return new ExtensionBlock(SID, words);
    }

    /**
     * The content as text: in each word the first character is in the last byte.
     *
     * @throws SrtFormatException when it is too long or no text
     */
    public String text() {
        if (words.size() > MAX_STREAM_ID / 4) {
            throw new SrtFormatException("a stream id of more than " + MAX_STREAM_ID + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(words.size() * 4);
        words.forEach(word -> bytes.putInt(Integer.reverseBytes(word)));
        int length = bytes.position();
        while (length > 0 && bytes.get(length - 1) == 0) {
            length--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.flip().limit(length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SrtFormatException("a stream id that is no UTF-8");
        }
    }
}
