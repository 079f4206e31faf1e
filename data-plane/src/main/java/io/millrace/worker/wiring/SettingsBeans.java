package io.millrace.worker.wiring;

import io.millrace.model.settings.ClusterToken;
import io.millrace.model.settings.MetricsAccess;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.model.settings.SecretFile;
import io.millrace.worker.admin.DrainLimits;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.api.ApiSettings;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.cache.CacheSettings;
import io.millrace.worker.http.delivery.DeliverySettings;
import io.millrace.worker.http.files.FilesSettings;
import io.millrace.worker.http.origin.OriginHttpSettings;
import io.millrace.worker.net.tls.TlsSettings;
import io.millrace.worker.routing.RoutingSettings;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.Environment;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.srt.SrtSettings;
import io.millrace.worker.telemetry.TimeOfDay;
import io.millrace.worker.webrtc.WebRtcSettings;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.Config;

/** Hands each component its own settings, the clock and the randomness; a mistake in the settings ends the start here. */
@Singleton
class SettingsBeans {

    private final AllSettings settings;

    SettingsBeans(Config config) {
        config.getOptionalValue(Environment.MISTAKE, String.class).ifPresent(mistake -> {
            throw new BadSettingsException(List.of(mistake));
        });
        this.settings = AllSettings.read(name -> config.getOptionalValue(name, String.class));
    }

    @Produces
    @Singleton
    WorkerSettings worker() {
        return settings.worker();
    }

    @Produces
    @Singleton
    SessionLimits sessionLimits() {
        return settings.sessions();
    }

    @Produces
    @Singleton
    DrainLimits drainLimits() {
        return settings.drain();
    }

    @Produces
    @Singleton
    RoutingSettings routing() {
        return settings.routing();
    }

    @Produces
    @Singleton
    RtmpSettings rtmp() {
        return settings.rtmp();
    }

    @Produces
    @Singleton
    WebRtcSettings webRtc() {
        return settings.webRtc();
    }

    @Produces
    @Singleton
    SrtSettings srt() {
        return settings.srt();
    }

    @Produces
    @Singleton
    RtspSettings rtsp() {
        return settings.rtsp();
    }

    @Produces
    @Singleton
    HttpSettings http() {
        return settings.http();
    }

    @Produces
    @Singleton
    ApiSettings api() {
        return settings.api();
    }

    @Produces
    @Singleton
    OriginHttpSettings originHttp() {
        return settings.originHttp();
    }

    @Produces
    @Singleton
    CacheSettings cache() {
        return settings.cache();
    }

    @Produces
    @Singleton
    DeliverySettings delivery() {
        return settings.delivery();
    }

    @Produces
    @Singleton
    TlsSettings tls() {
        return settings.tls();
    }

    @Produces
    @Singleton
    FilesSettings files() {
        return settings.files();
    }

    @Produces
    @Singleton
    OriginCredentials originCredentials() {
        return settings.originCredentials();
    }

    @Produces
    @Singleton
    MetricsAccess metrics() {
        return settings.metrics();
    }

    @Produces
    @Singleton
    ClusterToken clusterToken() {
        try {
            return ClusterToken.load(settings.clusterToken(), settings.worker().sharedDataDir())
                    .token();
        } catch (IllegalArgumentException e) {
            // The value stays out of the log: it is a secret, even a bad one.
            throw new BadSettingsException(List.of("MILLRACE_CLUSTER_TOKEN, or the file "
                    + settings.worker().sharedDataDir().resolve(SecretFile.CLUSTER_TOKEN) + ": " + e.getMessage()));
        } catch (IOException e) {
            throw new BadSettingsException(
                    List.of("MILLRACE_DATA_DIR is '" + settings.worker().sharedDataDir()
                            + "', but the cluster token there can be neither read nor written (" + e
                            + "); allowed is a folder that this user may write to, or set MILLRACE_CLUSTER_TOKEN"));
        }
    }

    @Produces
    @Singleton
    @Typed(TimeOfDay.class)
    TimeOfDay timeOfDay() {
        Clock clock = Clock.systemUTC();
        return clock::instant;
    }

    /** Begins at the time of day and goes on with the monotonic clock. */
    @Produces
    @Singleton
    InstantSource clock(TimeOfDay timeOfDay) {
        Instant start = timeOfDay.instant();
        long startNanos = System.nanoTime();
        return () -> start.plusNanos(System.nanoTime() - startNanos);
    }

    @Produces
    @Singleton
    RandomGenerator random() {
        return new java.security.SecureRandom();
    }
}
