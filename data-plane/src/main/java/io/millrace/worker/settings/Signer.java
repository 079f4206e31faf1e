package io.millrace.worker.settings;

import io.millrace.model.settings.ClusterToken;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks keyed hashes for one purpose, the same on every worker of a cluster. While the token is rotated there are two keys: the first
 * signs, each is accepted. Any thread.
 */
public final class Signer {

    private final List<Mac> prototypes;

    /** @see ClusterToken#derive */
    public Signer(List<SecretKeySpec> keys) {
        prototypes = keys.stream().map(Signer::macOf).toList();
    }

    private static Mac macOf(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java runtime has " + key.getAlgorithm(), e);
        }
    }

    public byte[] sign(byte[] bytes) {
        return sign(bytes, bytes.length);
    }

    /** Of the first bytes alone. */
    public byte[] sign(byte[] bytes, int length) {
        return sign(prototypes.getFirst(), bytes, length);
    }

    /** As each key signs them, that of {@link #sign} first. */
    public List<byte[]> signByEach(byte[] bytes, int length) {
        return prototypes.stream().map(mac -> sign(mac, bytes, length)).toList();
    }

    /** Whether one of the keys has signed the first bytes. Takes the same time whatever is wrong. */
    public boolean hasSigned(byte[] bytes, int length, byte[] beginning) {
        boolean signed = false;
        for (Mac mac : prototypes) {
            signed |= MessageDigest.isEqual(Arrays.copyOf(sign(mac, bytes, length), beginning.length), beginning);
        }
        return signed;
    }

    private static byte[] sign(Mac prototype, byte[] bytes, int length) {
        Mac mac = fresh(prototype);
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }

    /** A copy that has the key already: one Mac does not serve two threads. */
    private static Mac fresh(Mac prototype) {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the runtime's own Mac can be copied", e);
        }
    }
}
