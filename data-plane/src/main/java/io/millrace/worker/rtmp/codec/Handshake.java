package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The handshake (RTMP section 5.2), plain and with the digests that Flash-era players and encoders use. A client whose
 * C1 carries a digest gets digests back, any other gets its own bytes back as the specification says.
 */
public final class Handshake {

    public static final int VERSION = 3;
    public static final int PART_SIZE = 1536;

    private static final int DIGEST_SIZE = 32;
    private static final HexFormat HEX = HexFormat.of();

    /** What both digest keys end with. */
    private static final byte[] KEY_TAIL =
            HEX.parseHex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae");

    private static final byte[] PLAYER_KEY = "Genuine Adobe Flash Player 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Genuine Adobe Flash Media Server 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WHOLE_SERVER_KEY = concat(SERVER_KEY, KEY_TAIL);

    /** A version that no digest-capable server is below; players look only whether it is zero. */
    private static final int SERVER_VERSION = 0x04050001;

    /** Where in a part the digest is: behind the key block or in front of it. */
    private enum Schema {
        KEY_FIRST(772, 776),
        DIGEST_FIRST(8, 12);

        private final int offsetAt;
        private final int blockAt;

        Schema(int offsetAt, int blockAt) {
            this.offsetAt = offsetAt;
            this.blockAt = blockAt;
        }

        int digestAt(byte[] part) {
            int sum = 0;
            for (int i = 0; i < 4; i++) {
                sum += part[offsetAt + i] & 0xff;
            }
            return sum % 728 + blockAt;
        }
    }

    private Handshake() {}

    /** What a server answers to C0 and C1; C1 is borrowed, 1536 bytes from its reader index. */
    public static void writeServerAnswer(ByteBuf out, ByteBuf borrowedC1, RandomGenerator random) {
        byte[] c1 = new byte[PART_SIZE];
        borrowedC1.getBytes(borrowedC1.readerIndex(), c1);
        out.writeByte(VERSION);
        for (Schema schema : Schema.values()) {
            int at = schema.digestAt(c1);
            byte[] expected = digestWithout(c1, at, PLAYER_KEY);
            if (MessageDigest.isEqual(expected, Arrays.copyOfRange(c1, at, at + DIGEST_SIZE))) {
                out.writeBytes(partWithDigest(schema, random));
                out.writeBytes(answerWithDigest(expected, random));
                return;
            }
        }
        byte[] s1 = randomPart(random);
        Arrays.fill(s1, 0, 8, (byte) 0);
        out.writeBytes(s1);
        out.writeBytes(c1);
    }

    /** What a client begins with; we never ask an origin for digests. */
    public static void writeClientHello(ByteBuf out, RandomGenerator random) {
        out.writeByte(VERSION);
        byte[] c1 = randomPart(random);
        Arrays.fill(c1, 0, 8, (byte) 0);
        out.writeBytes(c1);
    }

    private static byte[] partWithDigest(Schema schema, RandomGenerator random) {
        byte[] part = randomPart(random);
        Arrays.fill(part, 0, 4, (byte) 0);
        for (int i = 0; i < 4; i++) {
            part[4 + i] = (byte) (SERVER_VERSION >>> (24 - 8 * i));
        }
        int at = schema.digestAt(part);
        System.arraycopy(digestWithout(part, at, SERVER_KEY), 0, part, at, DIGEST_SIZE);
        return part;
    }

    private static byte[] answerWithDigest(byte[] peerDigest, RandomGenerator random) {
        byte[] part = randomPart(random);
        byte[] digest = hmac(hmac(WHOLE_SERVER_KEY, peerDigest), Arrays.copyOf(part, PART_SIZE - DIGEST_SIZE));
        System.arraycopy(digest, 0, part, PART_SIZE - DIGEST_SIZE, DIGEST_SIZE);
        return part;
    }

    private static byte[] digestWithout(byte[] part, int at, byte[] key) {
        byte[] rest = new byte[PART_SIZE - DIGEST_SIZE];
        System.arraycopy(part, 0, rest, 0, at);
        System.arraycopy(part, at + DIGEST_SIZE, rest, at, rest.length - at);
        return hmac(key, rest);
    }

    private static byte[] randomPart(RandomGenerator random) {
        byte[] part = new byte[PART_SIZE];
        random.nextBytes(part);
        return part;
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] whole = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, whole, a.length, b.length);
        return whole;
    }
}
