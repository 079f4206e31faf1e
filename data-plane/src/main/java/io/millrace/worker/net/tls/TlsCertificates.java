package io.millrace.worker.net.tls;

import io.millrace.model.tls.BadCertificateException;
import io.millrace.model.tls.CertificateFiles;
import io.millrace.model.tls.Identity;
import io.millrace.model.tls.WatchedPair;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.IllegalReferenceCountException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The certificates in use. Their files are checked every few seconds; what changed counts for the next handshake, and no open
 * connection notices. What cannot be used is named once, and the one before it stays.
 */
public final class TlsCertificates implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TlsCertificates.class);

    private final TlsSettings settings;
    private final InstantSource clock;
    private final SslProvider provider;
    private final List<WatchedPair> pairs = new ArrayList<>();
    private final Consumer<Map<String, Instant>> expiries;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tls-certificates").daemon().factory());
    private volatile TlsGeneration current;

    private TlsCertificates(
            TlsSettings settings, InstantSource clock, SslProvider provider, Consumer<Map<String, Instant>> expiries)
            throws BadCertificateException {
        this.settings = settings;
        this.clock = clock;
        this.provider = provider;
        this.expiries = expiries;
        for (CertificateFiles files : settings.certificates()) {
            pairs.add(new WatchedPair(files, identity -> check(identity), LOG::warn));
        }
        current = build();
    }

    /**
     * Reads the files and begins to watch them.
     *
     * @param expiries gets the certificates' names and when they expire, now and after each change
     */
    public static TlsCertificates open(
            TlsSettings settings, InstantSource clock, Consumer<Map<String, Instant>> expiries)
            throws BadCertificateException {
        TlsCertificates opened = load(settings, clock, bestProvider(), expiries);
        long period = settings.reloadInterval().toMillis();
        var _ = opened.watch.scheduleWithFixedDelay(opened::poll, period, period, TimeUnit.MILLISECONDS);
        return opened;
    }

    /** Without watching. */
    static TlsCertificates load(
            TlsSettings settings, InstantSource clock, SslProvider provider, Consumer<Map<String, Instant>> expiries)
            throws BadCertificateException {
        TlsCertificates loaded = new TlsCertificates(settings, clock, provider, expiries);
        LOG.infof(
                "tls by=%s minVersion=%s certificates=%d",
                provider == SslProvider.JDK ? "jdk" : "boringssl",
                settings.minVersion().word(),
                loaded.pairs.size());
        loaded.pairs.forEach(pair -> loaded.log("certificate", pair));
        loaded.reportExpiries();
        return loaded;
    }

    private static SslProvider bestProvider() {
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        LOG.infof("BoringSSL unavailable, TLS by the JDK cause=%s", OpenSsl.unavailabilityCause());
        return SslProvider.JDK;
    }

    /**
     * Puts TLS at the end of a pipeline that is being made. What is added behind it sees what is inside TLS, a PROXY header that
     * came before included.
     */
    public void secure(ChannelPipeline pipeline, TlsPurpose purpose, TlsOutcome outcome) {
        pipeline.addLast("tls", new SniStage(this, purpose, settings.handshakeTimeout()));
        pipeline.addLast("tls-outcome", new HandshakeStage(outcome));
    }

    /** The caller releases it. */
    TlsGeneration acquire() {
        while (true) {
            TlsGeneration seen = current;
            try {
                seen.retain();
                return seen;
            } catch (IllegalReferenceCountException e) {
                // Replaced and freed between the two lines above; the one after it is there already.
                if (seen == current) {
                    throw e;
                }
            }
        }
    }

    /** Checks the files once; on the watching thread, or in tests. */
    void poll() {
        try {
            List<WatchedPair> changed = pairs.stream().filter(WatchedPair::poll).toList();
            if (!changed.isEmpty()) {
                TlsGeneration before = current;
                current = build();
                before.release();
                changed.forEach(pair -> log("certificate reloaded", pair));
                reportExpiries();
            }
        } catch (BadCertificateException | RuntimeException e) {
            // Checking must go on: the next renewal may matter.
            LOG.errorf(e, "internal error, certificates not checked");
        }
    }

    private TlsGeneration build() throws BadCertificateException {
        return generation(pairs.stream().map(WatchedPair::identity).toList());
    }

    private void check(Identity identity) throws BadCertificateException {
        generation(List.of(identity)).release();
    }

    private TlsGeneration generation(List<Identity> identities) throws BadCertificateException {
        try {
            return TlsGeneration.build(identities, settings.minVersion(), provider);
        } catch (SSLException | IllegalArgumentException e) {
            @Nullable Throwable root = e.getCause();
            throw BadCertificateException.certificate("TLS cannot use it: " + (root == null ? e : root).getMessage());
        }
    }

    private void log(String event, WatchedPair pair) {
        Identity identity = pair.identity();
        LOG.infof(
                "%s file=%s names=%s key=%s expires=%s",
                event,
                pair.files().certificate(),
                String.join(",", identity.names()),
                identity.key().getAlgorithm(),
                identity.expires());
        Instant now = clock.instant();
        if (identity.expires().isBefore(now)) {
            LOG.warnf(
                    "certificate expired file=%s names=%s expires=%s",
                    pair.files().certificate(), String.join(",", identity.names()), identity.expires());
        } else if (identity.chain().getFirst().getNotBefore().toInstant().isAfter(now)) {
            LOG.warnf(
                    "certificate not valid yet file=%s names=%s from=%s",
                    pair.files().certificate(),
                    String.join(",", identity.names()),
                    identity.chain().getFirst().getNotBefore().toInstant());
        }
    }

    private void reportExpiries() {
        Map<String, Instant> byName = new LinkedHashMap<>();
        for (WatchedPair pair : pairs) {
            byName.merge(pair.identity().name(), pair.identity().expires(), (a, b) -> a.isBefore(b) ? a : b);
        }
        expiries.accept(byName);
    }

    /** Stops watching; handshakes under way end as they may. */
    @Override
    public void close() {
        watch.shutdownNow();
        current.release();
    }
}
