package io.millrace.control.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.time.Jobs;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.model.settings.ClusterToken;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What makes this control plane one of several. */
@ApplicationScoped
class PeerBeans {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Produces
    @Singleton
    AdvertisedUrl url(
            @ConfigProperty(name = AdvertisedUrl.PROPERTY) Optional<String> set,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
            @ConfigProperty(name = "quarkus.http.port", defaultValue = "12025") int port,
            Instance<HttpServer> server) {
        return new AdvertisedUrl(set, host, () -> {
            int bound = server.isResolvable() ? server.get().getPort() : 0;
            return bound > 0 ? bound : port;
        });
    }

    /** Being made, the URL has checked its setting. */
    void checkSettings(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event, AdvertisedUrl url) {}

    @Produces
    @Singleton
    Peers peers(
            KeyedStores stores,
            ControlPlaneRun run,
            AdvertisedUrl url,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "0") String version) {
        Instant since = clock.instant();
        String name = hostName();
        return new Peers(
                stores.shared("control-planes", String.class, Peer.class),
                () -> new Peer(run.id(), name, url.get(), version, since));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "";
        }
    }

    @Produces
    @Singleton
    PeerClient client(ObjectMapper json, ClusterToken token, ByteBudget answers) {
        return new PeerClient(json, token::authorization, DEADLINE, answers);
    }

    void close(@Disposes PeerClient client) {
        client.close();
    }

    @Produces
    @Singleton
    PeerClocks clocks(Peers peers, PeerClient client, InstantSource timeOfDay, MeterRegistry metrics) {
        PeerClocks clocks = new PeerClocks(peers, client, timeOfDay, System::nanoTime);
        Gauge.builder("millrace.peers.clock.difference", clocks, PeerClocks::largestSeconds)
                .description("How far the clock of another control plane is from the one here; the largest difference")
                .baseUnit("seconds")
                .register(metrics);
        return clocks;
    }

    @Produces
    @Singleton
    ClusterWorkers workers(WorkerDirectory workers, Peers peers, PeerClient client) {
        return new ClusterWorkers(workers, peers, client);
    }

    @Produces
    @Singleton
    ClusterDecisions decisions(StreamAdmin streams, Peers peers, PeerClient client) {
        return new ClusterDecisions(streams, peers, client);
    }

    @Produces
    @Singleton
    EventSharing events(KeyedStores stores, EventLog log) {
        return new EventSharing(stores.shared("events", String.class, SharedEvents.class), log);
    }

    /** From the start on, so that what happens at the start is shared as well. */
    void shareEvents(@Observes StartupEvent event, Jobs jobs, EventSharing events, KeyedStores stores) {
        if (stores.reachOthers()) {
            events.start();
            jobs.every(Duration.ofMillis(50), "share events", events::flush);
        }
    }

    void schedule(@Observes StartupEvent event, Jobs jobs, Peers peers, PeerClocks clocks) {
        jobs.every(Duration.ofSeconds(2), "announce", peers::announce);
        jobs.every(Duration.ofSeconds(10), Duration.ofSeconds(3), "measure clocks", clocks::measure);
    }

    void leave(@Observes ShutdownEvent event, Peers peers) {
        peers.leave();
    }
}
