package io.millrace.control.store.mesh;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Encrypts and authenticates what control planes send each other, with keys that follow from the cluster token: the first closes, each opens. Any thread. */
final class Seal {

    /** For the derivation of the key from the cluster token. */
    static final String LABEL = "millrace mesh 1";

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final List<SecretKeySpec> keys;
    private final SecureRandom random;

    Seal(List<SecretKeySpec> keys, SecureRandom random) {
        this.keys = keys.stream()
                .map(key -> new SecretKeySpec(key.getEncoded(), "AES"))
                .toList();
        this.random = random;
    }

    byte[] close(byte[] plain, int offset, int length) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, keys.getFirst(), new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = new byte[NONCE_BYTES + cipher.getOutputSize(length)];
            ByteBuffer.wrap(sealed).put(nonce);
            cipher.doFinal(plain, offset, length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES/GCM", e);
        }
    }

    /** Null if it was not closed with the same token. */
    byte @Nullable [] open(byte[] sealed, int offset, int length) {
        if (length < NONCE_BYTES + TAG_BITS / 8) {
            return null;
        }
        GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, sealed, offset, NONCE_BYTES);
        for (SecretKeySpec key : keys) {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(Cipher.DECRYPT_MODE, key, nonce);
                return cipher.doFinal(sealed, offset + NONCE_BYTES, length - NONCE_BYTES);
            } catch (AEADBadTagException ofAnotherKey) {
                // The next one is tried.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java runtime has AES/GCM", e);
            }
        }
        return null;
    }
}
