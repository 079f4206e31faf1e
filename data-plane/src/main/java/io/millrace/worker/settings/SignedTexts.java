package io.millrace.worker.settings;

import io.millrace.model.settings.ClusterToken;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short texts for URLs that carry a content and that only this cluster can make: base64url of the content, then the first bytes of its
 * HMAC. The same content always gives the same text. Any thread.
 */
public final class SignedTexts {

    private static final int MAC_BYTES = 12;
    /** Far above what is needed; anything longer is not ours. */
    private static final int MAX_TEXT = 4_096;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final byte[] NOTHING = {};

    private final Signer signer;

    /** @see ClusterToken#derive */
    public SignedTexts(List<SecretKeySpec> keys) {
        signer = new Signer(keys);
    }

    public String write(byte[] content) {
        return write(content, NOTHING);
    }

    /**
     * @param content must contain its own length
     * @param context is not part of the text, which is valid with it alone
     */
    public String write(byte[] content, byte[] context) {
        byte[] all = Arrays.copyOf(content, content.length + MAC_BYTES);
        System.arraycopy(signer.sign(joined(content, context)), 0, all, content.length, MAC_BYTES);
        return ENCODER.encodeToString(all);
    }

    /** Empty for whatever no worker of this cluster wrote. */
    public Optional<byte[]> read(String text) {
        return read(text, NOTHING);
    }

    /** Likewise, and for what was written with another context. */
    public Optional<byte[]> read(String text, byte[] context) {
        return read(text, content -> Optional.of(context));
    }

    /**
     * Likewise, where the content says how to find the context.
     *
     * @param context gets a content that is not verified yet; empty where nothing fits it
     */
    public Optional<byte[]> read(String text, Function<byte[], Optional<byte[]>> context) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        byte[] all;
        try {
            all = DECODER.decode(text);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (all.length < MAC_BYTES) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOf(all, all.length - MAC_BYTES);
        byte[] found = Arrays.copyOfRange(all, content.length, all.length);
        return context.apply(content)
                .filter(rest -> isSigned(joined(content, rest), found))
                .map(rest -> content);
    }

    private boolean isSigned(byte[] signed, byte[] found) {
        return signer.hasSigned(signed, signed.length, found);
    }

    private static byte[] joined(byte[] content, byte[] context) {
        if (context.length == 0) {
            return content;
        }
        byte[] both = Arrays.copyOf(content, content.length + context.length);
        System.arraycopy(context, 0, both, content.length, context.length);
        return both;
    }
}
