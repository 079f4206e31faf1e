package io.millrace.control.intake.https;

import io.millrace.control.settings.ListenAddressSource;
import io.millrace.model.tls.BadCertificateException;
import io.millrace.model.tls.Identity;
import io.quarkus.tls.BaseTlsConfiguration;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

/** What Quarkus's listener is given: one certificate with its key, in memory. A renewed one makes another of these. */
final class ServerTls extends BaseTlsConfiguration {

    /** The watch over connections, which counts them, ends slow ones before: it goes by the head of the first request, which comes after this. */
    private static final int HANDSHAKE_SECONDS = 30;

    private final KeyManagerFactory keys;
    private final List<String> protocols;

    private ServerTls(KeyManagerFactory keys, List<String> protocols) {
        this.keys = keys;
        this.protocols = protocols;
    }

    static ServerTls of(Identity identity, List<String> protocols) throws BadCertificateException {
        // Only in memory: it guards nothing.
        char[] password = new char[0];
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "https", identity.key(), password, identity.chain().toArray(new Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return new ServerTls(keys, protocols);
        } catch (GeneralSecurityException | IOException e) {
            throw BadCertificateException.certificate("TLS cannot use it: " + e.getMessage());
        }
    }

    @Override
    public KeyCertOptions getKeyStoreOptions() {
        return KeyCertOptions.wrap(keys);
    }

    @Override
    public SSLOptions getSSLOptions() {
        return new SSLOptions()
                .setKeyCertOptions(getKeyStoreOptions())
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(protocols))
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    }

    @Override
    public String getName() {
        return ListenAddressSource.TLS;
    }
}
