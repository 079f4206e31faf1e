package io.millrace.model.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * What a server proves to its clients: a certificate with those that lead to its root, and the key to it, which fits.
 *
 * @param names for which the certificate is good, in lower case, wildcards among them; at least one
 */
public record Identity(List<X509Certificate> chain, PrivateKey key, List<String> names) {

    private static final int DNS_NAME = 2;

    public static Identity parse(String certificatePem, String keyPem) throws BadCertificateException {
        List<X509Certificate> chain = chain(certificatePem);
        PrivateKey key = key(keyPem);
        if (!fits(key, chain.getFirst().getPublicKey())) {
            throw BadCertificateException.key(
                    "the key does not belong to the certificate; allowed is the key of the first certificate in its file");
        }
        return new Identity(chain, key, names(chain.getFirst()));
    }

    private static List<X509Certificate> chain(String pem) throws BadCertificateException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem.Block block : Pem.blocks(pem)) {
                if (block.type().equals("CERTIFICATE")) {
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw BadCertificateException.certificate(
                    "a certificate in it is damaged; allowed are X.509 certificates as PEM");
        }
        if (chain.isEmpty()) {
            throw BadCertificateException.certificate(
                    "there is no certificate in it; allowed are X.509 certificates as PEM");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(String pem) throws BadCertificateException {
        for (Pem.Block block : Pem.blocks(pem)) {
            Optional<PrivateKey> key = PrivateKeys.read(block);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw BadCertificateException.key("there is no private key in it; allowed are RSA and ECDSA keys as PEM");
    }

    private static boolean fits(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance("SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
            byte[] probe = {1, 2, 3, 4};
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The alternative names; clients look at nothing else. An old certificate without any is at least shown by its subject. */
    private static List<String> names(X509Certificate certificate) throws BadCertificateException {
        Set<String> names = new LinkedHashSet<>();
        try {
            @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.getFirst() instanceof Integer type
                            && type == DNS_NAME
                            && alternative.get(1) instanceof String name) {
                        names.add(name.toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateException e) {
            throw BadCertificateException.certificate(
                    "its alternative names are damaged; allowed are X.509 certificates as PEM");
        }
        if (names.isEmpty()) {
            names.add(subject(certificate));
        }
        return List.copyOf(names);
    }

    private static String subject(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue()).toLowerCase(Locale.ROOT);
                }
            }
        } catch (InvalidNameException e) {
            // Shown as it is.
        }
        return subject;
    }

    /** The first name stands for the certificate in log lines and metrics. */
    public String name() {
        return names.getFirst();
    }

    /** When the first of the chain ends to be valid. */
    public Instant expires() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
