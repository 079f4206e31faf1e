package io.millrace.model.settings;

import io.millrace.model.digest.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secret that all processes of a cluster share; two at once while it is rotated. The first is shown to others and signs, each is accepted. Its
 * text stays out of {@link #toString()}, and so out of every log.
 */
public final class ClusterToken {

    private static final int MIN_LENGTH = 32;
    private static final int MAX_LENGTH = 1_024;
    private static final int MAX_TOKENS = 2;

    /** Sixteen random hexadecimal digits have about ten; a word that is repeated has fewer. */
    private static final int MIN_DIFFERENT = 8;

    private static final String SCHEME = "Bearer ";
    private static final String HMAC = "HmacSHA256";

    private final List<String> texts;

    private ClusterToken(List<String> texts) {
        this.texts = texts;
    }

    /** @throws IllegalArgumentException when a token could be guessed or cannot be sent; the message does not hold it */
    public static ClusterToken of(String text) {
        List<String> texts =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (texts.size() > MAX_TOKENS || !texts.stream().allMatch(ClusterToken::isGood)) {
            throw new IllegalArgumentException(
                    "a cluster token has " + MIN_LENGTH + " to " + MAX_LENGTH
                            + " printable ASCII characters, random ones, as 'openssl rand -hex 32' makes them; while it is rotated two are separated by a comma");
        }
        return new ClusterToken(texts);
    }

    /** Keys are derived from it of which clients get to see signatures: what can be guessed could be tried out at leisure. */
    private static boolean isGood(String text) {
        return text.length() >= MIN_LENGTH
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && text.chars().distinct().count() >= MIN_DIFFERENT;
    }

    /** @param file that it was read from; null if it was set */
    public record Loaded(ClusterToken token, @Nullable Path file, boolean created) {}

    /**
     * What is set, or what stands in the shared folder; the process that comes first writes it.
     *
     * @throws IOException when the file can be neither read nor written
     * @throws IllegalArgumentException as {@link #of}
     */
    public static Loaded load(Optional<String> set, Path sharedDataDir) throws IOException {
        if (set.isPresent()) {
            return new Loaded(of(set.get()), null, false);
        }
        SecretFile.Content content =
                SecretFile.readOrCreate(sharedDataDir, SecretFile.CLUSTER_TOKEN, new SecureRandom());
        return new Loaded(of(content.token()), content.file(), content.created());
    }

    /** The value of the Authorization header. */
    public String authorization() {
        return SCHEME + texts.getFirst();
    }

    /** Compares digests in constant time, so that neither content nor length of a token shows in the time it takes. */
    public boolean accepts(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] presented = Sha256.of(authorization.substring(SCHEME.length()).strip());
        boolean accepted = false;
        for (String text : texts) {
            accepted |= MessageDigest.isEqual(Sha256.of(text), presented);
        }
        return accepted;
    }

    /**
     * Keys of their own for one purpose, the one to use first: they reveal neither the token nor the key of another purpose.
     *
     * @return one for each token
     */
    public List<SecretKeySpec> derive(String purpose) {
        return texts.stream().map(text -> derive(text, purpose)).toList();
    }

    private static SecretKeySpec derive(String text, String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(text.getBytes(StandardCharsets.US_ASCII), HMAC));
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
