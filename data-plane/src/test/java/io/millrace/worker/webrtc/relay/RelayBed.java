package io.millrace.worker.webrtc.relay;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.routing.resolve.TestRouter;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.webrtc.RouteUfrags;
import io.millrace.worker.webrtc.WebRtcSettings;
import io.millrace.worker.webrtc.codec.TestStun;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;

/** One worker's media relay with an origin behind it. */
final class RelayBed implements AutoCloseable {

    static final String UFRAG = "serverUfrag";

    final TestClock clock = new TestClock();
    final EventLoops loops = new EventLoops(2);
    final TestRtcOrigin rtc = new TestRtcOrigin();
    final TestBook book = new TestBook();
    final TestRouter router = new TestRouter();
    final SessionTable sessions;
    final List<String> endedAtOrigin = new CopyOnWriteArrayList<>();
    final RelayMetrics metrics = new RelayMetrics(new SimpleMeterRegistry());
    final Origin origin;
    final RouteUfrags ufrags;
    final MediaRelay relay;
    final InetSocketAddress udp;
    final InetSocketAddress tcp;

    RelayBed() {
        this(Duration.ofSeconds(30));
    }

    RelayBed(Duration idleTimeout) {
        sessions = Fixtures.sessionTable(clock, 1_000, 1);
        origin = origin(rtc.port());
        router.origins.add(origin);
        router.publishTable();
        ufrags = new RouteUfrags(ClusterToken.of("0123456789abcdef".repeat(4)), router.table(), new Random(1));
        relay = new MediaRelay(new MediaContext(
                settings(idleTimeout),
                loops,
                sessions,
                router,
                router.table(),
                book,
                ufrags,
                (loop, at, route) -> endedAtOrigin.add(route.resource()),
                metrics,
                clock));
        try {
            udp = relay.openDatagrams(new ListenerAddress("127.0.0.1", 0));
            tcp = relay.openConnections(new ListenerAddress("127.0.0.1", 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until every session has looked at its deadlines at least once more. */
    void awaitTicks() {
        for (EventLoop loop : loops.datagramLoops()) {
            // Between two ticks of one member every other one has its own.
            CountDownLatch ticks = new CountDownLatch(2);
            Ticking member = now -> ticks.countDown();
            loop.execute(() -> loops.ticker(loop).add(member));
            await().until(() -> ticks.getCount() == 0);
            loop.execute(() -> loops.ticker(loop).remove(member));
        }
    }

    private static WebRtcSettings settings(Duration idleTimeout) {
        return new WebRtcSettings(
                new ListenerAddress("127.0.0.1", 0),
                Optional.empty(),
                List.of(),
                false,
                idleTimeout,
                Duration.ofSeconds(5),
                Duration.ofMillis(500));
    }

    static Origin origin(int rtcPort) {
        return new Origin(
                OriginId.of("rtc" + rtcPort, "127.0.0.1", 1935),
                "rtc" + rtcPort,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(Listener.RTC, List.of(endpoint(rtcPort))),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    static Endpoint endpoint(int port) {
        return new Endpoint(Transport.UDP, "127.0.0.1", port);
    }

    MediaRoute route(String ufrag) {
        return new MediaRoute(
                ufrag,
                origin.id(),
                endpoint(rtc.port()),
                Fixtures.STREAM,
                Intent.PLAY,
                7,
                "/rtc/v1/whip/?id=" + ufrag,
                null);
    }

    /** A player's of a stream that is not published. */
    MediaRoute waitingRoute(String ufrag, String stream) {
        return new MediaRoute(
                ufrag,
                origin.id(),
                endpoint(rtc.port()),
                StreamKey.parse("v/live/" + stream),
                Intent.PLAY,
                0,
                "/rtc/v1/whip/?id=" + ufrag,
                null);
    }

    TestPeer client() {
        return new TestPeer(udp);
    }

    /** A client whose check the origin has answered. */
    TestPeer acceptedClient(String ufrag, long id) {
        TestPeer client = client();
        accept(client, ufrag, id);
        return client;
    }

    void accept(TestPeer client, String ufrag, long id) {
        client.send(TestStun.check(id, ufrag, "good"));
        client.awaitExactly(success(id));
    }

    static byte[] success(long id) {
        return TestStun.of(TestStun.SUCCESS, id).sealed().bytes();
    }

    /** The first byte of RTP, then a number, in a packet as long as they are in practice. */
    static byte[] media(int number) {
        byte[] bytes = new byte[1_200];
        bytes[0] = (byte) 0x80;
        bytes[1] = (byte) number;
        bytes[2] = (byte) (number >> 8);
        return bytes;
    }

    Session session() {
        Assertions.assertThat(sessions.sessions()).hasSize(1);
        return sessions.sessions().iterator().next();
    }

    /** All addresses that all loops know. */
    int addresses() {
        return relay.paths().size();
    }

    @Override
    public void close() {
        relay.close();
        Loops.close(loops);
        rtc.close();
    }
}
