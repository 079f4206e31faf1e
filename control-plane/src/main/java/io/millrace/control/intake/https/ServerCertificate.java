package io.millrace.control.intake.https;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.tls.BadCertificateException;
import io.millrace.model.tls.Identity;
import io.millrace.model.tls.WatchedPair;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jboss.logging.Logger;

/** The certificate in use. What changed in its files counts for new connections; what cannot be used is named once, and the one before it stays. */
final class ServerCertificate {

    private static final Logger LOG = Logger.getLogger(ServerCertificate.class);

    private final HttpsSettings settings;
    private final SteadyClock clock;
    private final WatchedPair pair;
    private volatile Identity identity;
    private volatile ServerTls tls;

    private ServerCertificate(HttpsSettings settings, SteadyClock clock) throws BadCertificateException {
        this.settings = settings;
        this.clock = clock;
        this.pair = new WatchedPair(settings.files(), this::check, LOG::warn);
        this.identity = pair.identity();
        this.tls = ServerTls.of(identity, settings.protocols());
        log("certificate");
    }

    /** @throws CannotStartException when the files cannot be used */
    static ServerCertificate open(HttpsSettings settings, SteadyClock clock) {
        try {
            return new ServerCertificate(settings, clock);
        } catch (BadCertificateException e) {
            String property = e.isOfKey() ? HttpsSettings.KEY : HttpsSettings.CERTIFICATE;
            Path file = e.isOfKey() ? settings.files().key() : settings.files().certificate();
            throw new CannotStartException(
                    InvalidSettingException.variable(property) + " (" + property + ") is '" + file + "': " + e.line());
        }
    }

    /**
     * Checks the files once; one thread at a time.
     *
     * @return whether the listener is to be given something new
     */
    boolean poll() {
        if (!pair.poll()) {
            return false;
        }
        try {
            tls = ServerTls.of(pair.identity(), settings.protocols());
        } catch (BadCertificateException e) {
            throw new IllegalStateException("it was checked", e);
        }
        identity = pair.identity();
        log("certificate reloaded");
        return true;
    }

    private void check(Identity candidate) throws BadCertificateException {
        var _ = ServerTls.of(candidate, settings.protocols());
    }

    /** For the listener. */
    ServerTls tls() {
        return tls;
    }

    /** The one that is shown to clients. */
    X509Certificate shown() {
        return identity.chain().getFirst();
    }

    private void log(String event) {
        LOG.infof(
                "%s file=%s names=%s key=%s expires=%s",
                event,
                settings.files().certificate(),
                String.join(",", identity.names()),
                identity.key().getAlgorithm(),
                identity.expires());
        Instant now = clock.shown(clock.instant());
        if (identity.expires().isBefore(now)) {
            LOG.warnf(
                    "certificate expired file=%s names=%s expires=%s",
                    settings.files().certificate(), String.join(",", identity.names()), identity.expires());
        } else if (identity.chain().getFirst().getNotBefore().toInstant().isAfter(now)) {
            LOG.warnf(
                    "certificate not valid yet file=%s names=%s from=%s",
                    settings.files().certificate(),
                    String.join(",", identity.names()),
                    identity.chain().getFirst().getNotBefore().toInstant());
        }
    }
}
