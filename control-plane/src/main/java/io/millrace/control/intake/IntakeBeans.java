package io.millrace.control.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.intake.https.OwnCertificate;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.security.CallerCheck;
import io.millrace.control.srs.sender.OriginSenders;
import io.millrace.control.start.StartOrder;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Puts the intake in front of everything else at the port. */
@ApplicationScoped
class IntakeBeans {

    private static final Logger LOG = Logger.getLogger(IntakeBeans.class);

    /** Before Quarkus's own filters. */
    private static final int FIRST = 10_000;

    /** What a body of unknown senders may become is some ten times its length, with the limits that the parser has. */
    private static final int OPEN_PART_OF_HEAP = 32;

    private static final long OPEN_AT_LEAST = 2L * BodyLimit.CONFIG.bytes();

    private static final int CLUSTER_PART_OF_HEAP = 16;
    private static final long CLUSTER_AT_LEAST = BodyLimit.WORKER.bytes();

    private static final int UNREAD_PART_OF_HEAP = 8;
    private static final long UNREAD_AT_LEAST = 16L * 1024 * 1024;

    private static final byte[] OWN_REQUEST =
            "GET /api/v1/versions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    @Produces
    @Singleton
    ConnectionSettings settings(
            @ConfigProperty(name = "millrace.connections.max", defaultValue = "10000") String inAll,
            @ConfigProperty(name = "millrace.connections.max-per-address", defaultValue = "2000") String ofOneAddress) {
        return ConnectionSettings.of(inAll, ofOneAddress);
    }

    @Produces
    @Singleton
    PageOrigins pages(@ConfigProperty(name = PageOrigins.PROPERTY) Optional<String> origins) {
        return PageOrigins.of(origins.orElse(""));
    }

    /** Making the settings checks them. */
    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            ConnectionSettings settings,
            PageOrigins pages) {}

    void install(
            @Observes Filters filters,
            Vertx vertx,
            CallerCheck callers,
            Instance<OriginSenders> origins,
            ObjectMapper json,
            MeterRegistry metrics,
            Instance<ConnectionSettings> settings,
            Instance<PageOrigins> pages) {
        ByteBudget cluster = ByteBudget.ofHeap(CLUSTER_PART_OF_HEAP, CLUSTER_AT_LEAST);
        OpenBodies open = new OpenBodies(ByteBudget.ofHeap(OPEN_PART_OF_HEAP, OPEN_AT_LEAST));
        held(metrics, "cluster", cluster::used);
        held(metrics, "anybody", open::used);
        Connections connections = new Connections(
                settings::get,
                Math.max(UNREAD_AT_LEAST, Runtime.getRuntime().maxMemory() / UNREAD_PART_OF_HEAP),
                metrics);
        filters.register(
                new BodyIntake(
                        vertx,
                        callers,
                        origins::get,
                        cluster,
                        open,
                        new Refusals(json, metrics, System::nanoTime),
                        connections,
                        pages::get),
                FIRST);
    }

    /** A request leads to the listening socket, in front of which the guard stands from then on: the first is our own. */
    void guard(@ObservesAsync HttpServerStart started, HttpServer server) {
        ask(started.options().getHost(), server.getPort(), socket -> socket);
    }

    /** Likewise. */
    void guard(@ObservesAsync HttpsServerStart started, HttpServer server, OwnCertificate certificate) {
        ask(started.options().getHost(), server.getSecurePort(), certificate::secure);
    }

    /** What comes between a connection and what is sent on it. */
    private interface Layer {
        Socket over(Socket connected) throws IOException;
    }

    private static void ask(String host, int port, Layer layer) {
        try (Socket own = new Socket()) {
            InetAddress bound = new InetSocketAddress(host, 0).getAddress();
            InetAddress reached = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
            own.setSoTimeout((int) ConnectionSettings.PATIENCE.toMillis());
            own.connect(new InetSocketAddress(reached, port), own.getSoTimeout());
            Socket spoken = layer.over(own);
            spoken.getOutputStream().write(OWN_REQUEST);
            var _ = spoken.getInputStream().read();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf(
                    "connections before the first request are not bounded port=%d reason=\"%s\"", port, e.getMessage());
        }
    }

    private static void held(MeterRegistry metrics, String sender, Supplier<Number> bytes) {
        Gauge.builder("millrace.bodies.held", bytes)
                .baseUnit("bytes")
                .description("Bytes of bodies of requests that are being dealt with, by who may send them")
                .tag("sender", sender)
                .register(metrics);
    }
}
