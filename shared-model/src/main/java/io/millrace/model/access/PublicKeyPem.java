package io.millrace.model.access;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys of issuers of JSON web tokens, as PEM: RSA of 2048 bits or more, EC on a curve of NIST, Ed25519. Messages never show a part of the text. */
public final class PublicKeyPem {

    private static final int MAX_LENGTH = 4_096;
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;
    private static final Set<Integer> CURVES = Set.of(256, 384, 521);

    private static final Pattern FORM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----\\s*");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private PublicKeyPem() {}

    /** @throws IllegalArgumentException if it is no such key */
    public static PublicKey parse(String pem) {
        if (pem.contains("PRIVATE KEY")) {
            throw new IllegalArgumentException(
                    "is a private key, which nobody but the issuer may have: replace it by another pair, and send the public one"
                            + " (openssl pkey -in FILE -pubout)");
        }
        Matcher form = FORM.matcher(pem.length() <= MAX_LENGTH ? pem : "");
        if (!form.matches()) {
            throw new IllegalArgumentException("is no PEM text of up to " + MAX_LENGTH
                    + " characters that begins with -----BEGIN PUBLIC KEY-----");
        }
        X509EncodedKeySpec encoded = encoded(form.group(1));
        return ALGORITHMS.stream()
                .flatMap(algorithm -> key(algorithm, encoded).stream())
                .findFirst()
                .map(PublicKeyPem::strong)
                .orElseThrow(
                        () -> new IllegalArgumentException("is no key of RSA, EC (P-256, P-384, P-521) or Ed25519"));
    }

    private static Optional<PublicKey> key(String algorithm, X509EncodedKeySpec encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(encoded));
        } catch (GeneralSecurityException ofAnotherAlgorithm) {
            return Optional.empty();
        }
    }

    private static X509EncodedKeySpec encoded(String text) {
        try {
            return new X509EncodedKeySpec(Base64.getMimeDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no PEM text: what stands between its lines is no Base64", e);
        }
    }

    private static PublicKey strong(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                throw new IllegalArgumentException(
                        "is an RSA key of " + bits + " bits; allowed are " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
            }
        }
        if (key instanceof ECPublicKey ec
                && !CURVES.contains(ec.getParams().getOrder().bitLength())) {
            throw new IllegalArgumentException("is an EC key on another curve than P-256, P-384 and P-521");
        }
        return key;
    }
}
