package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A player that opens with a digest and checks the server's. It shares no code with {@link Handshake}, so that an error there is
 * not repeated here.
 */
public final class DigestPlayer {

    private static final int PART_SIZE = 1536;
    private static final int DIGEST_SIZE = 32;
    private static final int VERSION = 0x80000702;
    private static final byte[] PLAYER_KEY = "Genuine Adobe Flash Player 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Genuine Adobe Flash Media Server 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY_TAIL =
            HexFormat.of().parseHex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae");

    /** Which half of a part holds the digest; four bytes of that half say where. */
    public enum Place {
        FIRST_HALF(8),
        SECOND_HALF(772);

        private final int half;

        Place(int half) {
            this.half = half;
        }

        private int digestAt(byte[] part) {
            int sum = 0;
            for (int i = half; i < half + 4; i++) {
                sum += Byte.toUnsignedInt(part[i]);
            }
            return half + 4 + sum % 728;
        }

        private byte[] digestIn(byte[] part) {
            int at = digestAt(part);
            return Arrays.copyOfRange(part, at, at + DIGEST_SIZE);
        }
    }

    private DigestPlayer() {}

    /** Writes C0 and C1. */
    public static void writeOpening(ByteBuf out, Place place, RandomGenerator random) {
        byte[] c1 = new byte[PART_SIZE];
        random.nextBytes(c1);
        for (int i = 0; i < 4; i++) {
            c1[i] = 0;
            c1[4 + i] = (byte) (VERSION >>> (24 - 8 * i));
        }
        System.arraycopy(digestOf(c1, place, PLAYER_KEY), 0, c1, place.digestAt(c1), DIGEST_SIZE);
        out.writeByte(3);
        out.writeBytes(c1);
    }

    /** Whether S1 carries a server's digest. */
    static boolean isFromServer(byte[] s1, Place place) {
        return Arrays.equals(digestOf(s1, place, SERVER_KEY), place.digestIn(s1));
    }

    /** Whether S2 proves that the server found the digest of C1. */
    static boolean isAnswerTo(byte[] c1, byte[] s2, Place place) {
        byte[] key = hmac(hmacKey(), place.digestIn(c1));
        int digestAt = PART_SIZE - DIGEST_SIZE;
        return Arrays.equals(hmac(key, Arrays.copyOf(s2, digestAt)), Arrays.copyOfRange(s2, digestAt, PART_SIZE));
    }

    private static byte[] hmacKey() {
        byte[] key = Arrays.copyOf(SERVER_KEY, SERVER_KEY.length + SERVER_KEY_TAIL.length);
        System.arraycopy(SERVER_KEY_TAIL, 0, key, SERVER_KEY.length, SERVER_KEY_TAIL.length);
        return key;
    }

    /** Of all but the digest's own place. */
    private static byte[] digestOf(byte[] part, Place place, byte[] key) {
        int at = place.digestAt(part);
        return hmac(key, Arrays.copyOf(part, at), Arrays.copyOfRange(part, at + DIGEST_SIZE, PART_SIZE));
    }

    private static byte[] hmac(byte[] key, byte[]... pieces) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] piece : pieces) {
                mac.update(piece);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
