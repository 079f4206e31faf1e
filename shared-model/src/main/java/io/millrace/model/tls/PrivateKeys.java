package io.millrace.model.tls;

import java.io.ByteArrayOutputStream;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * RSA and elliptic-curve keys out of PEM blocks. The JDK reads PKCS#8; the older forms (RSA of PKCS#1, curves of SEC 1) are what
 * PKCS#8 wraps, so they are wrapped.
 */
final class PrivateKeys {

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    /** [0] of ECPrivateKey: the curve (RFC 5915, section 3). */
    private static final int CURVE = 0xa0;

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] RSA_ENCRYPTION =
            bytes("300d06092a864886f70d0101010500"); // 1.2.840.113549.1.1.1 and NULL
    private static final byte[] EC_PUBLIC_KEY = bytes("06072a8648ce3d0201"); // 1.2.840.10045.2.1

    private PrivateKeys() {}

    /** Empty when this block is no private key. */
    static Optional<PrivateKey> read(Pem.Block block) throws BadCertificateException {
        if (!block.type().endsWith("PRIVATE KEY")) {
            return Optional.empty();
        }
        if (block.isEncrypted()) {
            throw BadCertificateException.key("the key is encrypted, which is not supported; allowed are keys without a"
                    + " passphrase, readable by this user alone");
        }
        try {
            byte[] bytes = block.bytes();
            return Optional.of(
                    switch (block.type()) {
                        case "PRIVATE KEY" -> pkcs8(bytes);
                        case "RSA PRIVATE KEY" -> pkcs8(wrapped(RSA_ENCRYPTION, bytes));
                        case "EC PRIVATE KEY" -> pkcs8(wrapped(der(SEQUENCE, EC_PUBLIC_KEY, curve(bytes)), bytes));
                        default -> throw unsupported();
                    });
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw BadCertificateException.key("the key is damaged; allowed are RSA and ECDSA keys as PEM");
        }
    }

    private static PrivateKey pkcs8(byte[] bytes) throws BadCertificateException {
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // Perhaps of the other kind; if not, it is refused below.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw unsupported();
    }

    private static BadCertificateException unsupported() {
        return BadCertificateException.key(
                "the key is damaged or of another kind; allowed are RSA and ECDSA keys (P-256, P-384, P-521) as PEM");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, key));
    }

    /** The named curve in an ECPrivateKey: SEQUENCE of INTEGER, OCTET STRING, [0] curve. */
    private static byte[] curve(byte[] key) {
        int at = contentOf(key, 0);
        while (at < key.length) {
            int content = contentOf(key, at);
            int length = lengthOf(key, at);
            if ((key[at] & 0xff) == CURVE && (key[content] & 0xff) == OBJECT_IDENTIFIER) {
                return Arrays.copyOfRange(key, content, content + length);
            }
            at = content + length;
        }
        throw new IllegalArgumentException("no named curve");
    }

    private static int contentOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int lengthOf(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = Math.addExact(Math.multiplyExact(length, 256), der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
