package io.millrace.control.intake.https;

import io.millrace.control.settings.ListenAddressSource;
import io.millrace.control.start.StartOrder;
import io.millrace.control.time.Jobs;
import io.millrace.control.time.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Gives Quarkus's listener for HTTPS, where there is one, its address and certificate. */
@ApplicationScoped
class HttpsBeans {

    @Produces
    @Singleton
    OwnCertificate certificate(
            @ConfigProperty(name = ListenAddressSource.HTTPS) Optional<String> listener,
            @ConfigProperty(name = HttpsSettings.CERTIFICATE) Optional<String> chain,
            @ConfigProperty(name = HttpsSettings.KEY) Optional<String> key,
            @ConfigProperty(name = HttpsSettings.MIN_VERSION, defaultValue = "1.2") String minVersion,
            @ConfigProperty(name = HttpsSettings.RELOAD_INTERVAL, defaultValue = "5s") String reloadInterval,
            TlsConfigurationRegistry registry,
            Event<CertificateUpdatedEvent> updated,
            Jobs jobs,
            SteadyClock clock) {
        Optional<ServerCertificate> certificate = HttpsSettings.of(
                        listener, chain.orElse(""), key.orElse(""), minVersion, reloadInterval)
                .map(settings -> {
                    ServerCertificate opened = ServerCertificate.open(settings, clock);
                    registry.register(ListenAddressSource.TLS, opened.tls());
                    jobs.every(settings.reloadInterval(), "https certificate", () -> {
                        if (opened.poll()) {
                            updated.fire(new CertificateUpdatedEvent(ListenAddressSource.TLS, opened.tls()));
                        }
                    });
                    return opened;
                });
        return new OwnCertificate(certificate);
    }

    /** Making it checks the settings; the listener opens later and finds it in the registry. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, OwnCertificate certificate) {
        var _ = certificate.shown();
    }

    /** Quarkus has one host for both. */
    @Singleton
    static final class Address implements HttpServerOptionsCustomizer {

        private final Optional<String> listener;

        Address(@ConfigProperty(name = ListenAddressSource.HTTPS) Optional<String> listener) {
            this.listener = listener;
        }

        @Override
        public void customizeHttpsServer(HttpServerOptions options) {
            listener.ifPresent(
                    text -> options.setHost(ListenAddressSource.https(text).host()));
        }
    }
}
