package io.millrace.control.intake.https;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificate that this process shows, where it has HTTPS. */
public final class OwnCertificate {

    private final Optional<ServerCertificate> certificate;

    OwnCertificate(Optional<ServerCertificate> certificate) {
        this.certificate = certificate;
    }

    /** Empty without HTTPS. */
    Optional<X509Certificate> shown() {
        return certificate.map(ServerCertificate::shown);
    }

    /** TLS towards ourselves: nobody else's certificate is trusted, and under which name we are asked does not matter. */
    public Socket secure(Socket connected) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("own", shown().orElseThrow(() -> new IOException("there is no HTTPS")));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory().createSocket(connected, "localhost", connected.getPort(), false);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS towards ourselves: " + e.getMessage(), e);
        }
    }
}
