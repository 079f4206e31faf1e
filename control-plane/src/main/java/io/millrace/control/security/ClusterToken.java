package io.millrace.control.security;

import io.millrace.control.settings.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The secret that both planes share. */
public final class ClusterToken implements ClusterSecret {

    static final int MAX_LENGTH = 1_024;

    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    /** @throws IllegalArgumentException when the text could not be sent as a bearer token */
    public ClusterToken(String text) {
        boolean printable = text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (text.isEmpty() || text.length() > MAX_LENGTH || !printable) {
            throw new IllegalArgumentException(
                    "a cluster token has 1 to " + MAX_LENGTH + " printable ASCII characters and no spaces");
        }
        this.digest = sha256(text);
    }

    /** Compares digests in constant time, so that neither content nor length of the token shows in the time it takes. */
    public boolean isIn(@Nullable String authorization) {
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String presented = authorization != null && bearer
                ? authorization.substring(SCHEME.length()).strip()
                : "";
        return MessageDigest.isEqual(digest, sha256(presented));
    }

    @Override
    public byte[] key(String label) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(digest, "HmacSHA256"));
            return mac.doFinal(label.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "cluster token";
    }
}
