package io.millrace.control.security.user;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept, with all that it takes to compare another with it.
 *
 * @param algorithm as Java names it
 * @param salt in hexadecimal, as is the hash
 */
public record PasswordHash(String algorithm, int iterations, String salt, String hash) {

    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";

    /** What OWASP asks of this algorithm (Password Storage Cheat Sheet). */
    private static final int ITERATIONS = 210_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 512;

    static PasswordHash of(String password, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(
                ALGORITHM,
                ITERATIONS,
                HexFormat.of().formatHex(salt),
                HexFormat.of().formatHex(derive(password, ALGORITHM, ITERATIONS, salt)));
    }

    boolean isOf(String password) {
        return MessageDigest.isEqual(
                HexFormat.of().parseHex(hash),
                derive(password, algorithm, iterations, HexFormat.of().parseHex(salt)));
    }

    private static byte[] derive(String password, String algorithm, int iterations, byte[] salt) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public String toString() {
        return "password hash";
    }
}
