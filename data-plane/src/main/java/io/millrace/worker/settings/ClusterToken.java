package io.millrace.worker.settings;

import io.millrace.model.settings.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The secret that both planes share. Its text stays out of {@link #toString()}, and so out of every log. */
public final class ClusterToken {

    private static final String SCHEME = "Bearer ";
    private static final String HMAC = "HmacSHA256";

    private final String text;

    public ClusterToken(String text) {
        this.text = text;
    }

    /**
     * What is set, or what stands in the shared folder; the plane that comes first writes it.
     *
     * @throws IOException when the file can be neither read nor written
     */
    public static ClusterToken load(Optional<String> set, Path sharedDataDir) throws IOException {
        if (set.isPresent()) {
            return new ClusterToken(set.get());
        }
        return new ClusterToken(SecretFile.readOrCreate(sharedDataDir, SecretFile.CLUSTER_TOKEN, new SecureRandom())
                .token());
    }

    /** The value of the Authorization header. */
    public String authorization() {
        return SCHEME + text;
    }

    /** Takes the same time whatever is wrong with it. */
    public boolean accepts(@Nullable String authorization) {
        return authorization != null
                && MessageDigest.isEqual(
                        authorization.getBytes(StandardCharsets.UTF_8),
                        authorization().getBytes(StandardCharsets.UTF_8));
    }

    /** A key of its own for one purpose: it reveals neither the token nor the key of another purpose. */
    public SecretKeySpec derive(String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), HMAC));
            return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), HMAC);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java runtime has " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return "cluster token";
    }
}
