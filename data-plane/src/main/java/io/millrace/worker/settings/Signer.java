package io.millrace.worker.settings;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes keyed hashes for one purpose, the same on every worker of a cluster. Any thread. */
public final class Signer {

    private final Mac prototype;

    /** @see ClusterToken#derive */
    public Signer(SecretKeySpec key) {
        try {
            prototype = Mac.getInstance(key.getAlgorithm());
            prototype.init(key);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java runtime has " + key.getAlgorithm(), e);
        }
    }

    public byte[] sign(byte[] bytes) {
        return sign(bytes, bytes.length);
    }

    /** Of the first bytes alone. */
    public byte[] sign(byte[] bytes, int length) {
        Mac mac = fresh();
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }

    /** A copy that has the key already: one Mac does not serve two threads. */
    private Mac fresh() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the runtime's own Mac can be copied", e);
        }
    }
}
