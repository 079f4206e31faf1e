package io.millrace.worker.settings;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short texts for URLs that say something and that no stranger can make: base64url of what is said, then the first bytes of its
 * HMAC. The same words always give the same text. Any thread.
 */
public final class SignedTexts {

    private static final int MAC_BYTES = 12;
    /** Far above what anybody has to say; anything longer is not ours. */
    private static final int MAX_TEXT = 4_096;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final byte[] NOTHING = {};

    private final Signer signer;

    /** @see ClusterToken#derive */
    public SignedTexts(SecretKeySpec key) {
        signer = new Signer(key);
    }

    public String write(byte[] said) {
        return write(said, NOTHING);
    }

    /**
     * @param said must tell its own length
     * @param unsaid does not stand in the text, which is good with it alone
     */
    public String write(byte[] said, byte[] unsaid) {
        byte[] all = Arrays.copyOf(said, said.length + MAC_BYTES);
        System.arraycopy(mac(said, unsaid), 0, all, said.length, MAC_BYTES);
        return ENCODER.encodeToString(all);
    }

    /** Empty for whatever no worker of this cluster wrote. */
    public Optional<byte[]> read(String text) {
        return read(text, NOTHING);
    }

    /** Likewise, and for what was written with something else unsaid. */
    public Optional<byte[]> read(String text, byte[] unsaid) {
        return read(text, said -> Optional.of(unsaid));
    }

    /**
     * Likewise, where what is said tells how to find what is not.
     *
     * @param unsaid gets words that anybody may have made; empty where nothing fits them
     */
    public Optional<byte[]> read(String text, Function<byte[], Optional<byte[]>> unsaid) {
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
        byte[] said = Arrays.copyOf(all, all.length - MAC_BYTES);
        byte[] found = Arrays.copyOfRange(all, said.length, all.length);
        return unsaid.apply(said)
                .filter(rest -> MessageDigest.isEqual(Arrays.copyOf(mac(said, rest), MAC_BYTES), found))
                .map(rest -> said);
    }

    private byte[] mac(byte[] said, byte[] unsaid) {
        if (unsaid.length == 0) {
            return signer.sign(said);
        }
        byte[] both = Arrays.copyOf(said, said.length + unsaid.length);
        System.arraycopy(unsaid, 0, both, said.length, unsaid.length);
        return signer.sign(both);
    }
}
