package io.millrace.control.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.peers.ClusterWorkers.OrderAnswer;
import io.millrace.control.peers.ClusterWorkers.Part;
import io.millrace.control.peers.ClusterWorkers.PartQuery;
import io.millrace.control.peers.ClusterWorkers.Sessions;
import io.millrace.control.peers.PeerClient.Silent;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamsStandIn;
import io.millrace.control.time.MovableClock;
import io.millrace.control.workers.Order;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.session.SessionQuery;
import io.millrace.control.workers.share.WorkerShare;
import io.millrace.control.workers.share.WorkerSharing;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.WorkerHello;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two control planes, of which the second is asked over HTTP. */
class ClusterWorkersTest {

    private static final String TOKEN = "Bearer secret";

    private static final Peers NOBODY_ELSE = new Peers(
            new MemoryKeyedStore<>(new MovableClock()), () -> new Peer("cp-two", "b", "", "1", Instant.EPOCH));

    private final ObjectMapper json =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();
    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, WorkerShare> shares = new MemoryKeyedStore<>(clock);
    private final MemoryKeyedStore<String, Peer> entries = new MemoryKeyedStore<>(clock);
    private final WorkerDirectory here = directory("cp-one");
    private final WorkerDirectory there = directory("cp-two");
    private final ByteBudget budget = new ByteBudget(100_000_000);
    private final PeerClient client = new PeerClient(json, () -> TOKEN, Duration.ofSeconds(2), budget);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch hung = new CountDownLatch(1);
    private HttpServer server;
    private final AtomicInteger listed = new AtomicInteger();
    private volatile boolean hangs;
    private volatile int padding;
    private ClusterWorkers cluster;

    private WorkerDirectory directory(String run) {
        StoreStatus writable = new StoreStatus("a test", true, "", clock.instant());
        return new WorkerDirectory(
                new OriginsStandIn(),
                new StreamsStandIn(),
                new ConfigStandIn(),
                new EventLog(clock, 1_000),
                clock,
                new ControlPlaneRun(run),
                Optional.of(new WorkerSharing(shares, () -> writable, () -> true)));
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/internal/v1/peers/", this::answer);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Peers peers = new Peers(entries, () -> new Peer("cp-one", "a", "http://127.0.0.1:1", "1", Instant.EPOCH));
        new Peers(entries, () -> new Peer("cp-two", "b", url, "1", Instant.EPOCH)).announce();
        cluster = new ClusterWorkers(here, peers, client);
    }

    @AfterEach
    void stop() {
        hung.countDown();
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    /** What the other one was asked. */
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (hangs) {
                var _ = hung.await(20, TimeUnit.SECONDS);
            }
            boolean known = TOKEN.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String path = exchange.getRequestURI().getPath();
            Object answer;
            asked.add(exchange.getRequestURI().toString());
            if (path.endsWith("/sessions/part")) {
                PartQuery wanted = json.readValue(exchange.getRequestBody(), PartQuery.class);
                Part part = new ClusterWorkers(there, NOBODY_ELSE, client).localPart(wanted);
                listed.addAndGet(part.sessions().size());
                answer = part;
            } else if (path.endsWith("/sessions")) {
                SessionQuery query = json.readValue(exchange.getRequestBody(), SessionQuery.class);
                answer = new Sessions(there.sessions(query.after(), query::accepts, query.limit()));
            } else if (path.endsWith("/kick")) {
                answer = new OrderAnswer(there.kick(path.split("/", -1)[5], null, "operator"));
            } else {
                answer = new OrderAnswer(there.drain(path.split("/", -1)[5], "operator"));
            }
            byte[] text = json.writeValueAsBytes(answer);
            // White space at the end is no part of the answer.
            byte[] body = Arrays.copyOf(text, text.length + padding);
            Arrays.fill(body, text.length, body.length, (byte) ' ');
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static WorkerHello hello(String worker, String... sessions) {
        return new WorkerHello(
                worker,
                "i1",
                "1",
                "",
                Instant.EPOCH,
                Map.of(),
                "",
                "",
                null,
                List.of(),
                List.of(),
                Arrays.stream(sessions)
                        .map(id -> new SessionReport(
                                id,
                                Protocol.RTMP,
                                id.startsWith("p") ? Intent.PUBLISH : Intent.PLAY,
                                StreamKey.parse("v/live/show"),
                                new OriginId("a"),
                                "203.0.113.7:5",
                                null,
                                Instant.EPOCH))
                        .toList());
    }

    private static SessionQuery query(@Nullable String worker, @Nullable Intent intent, int limit) {
        return new SessionQuery(null, null, null, worker, intent, Set.of(), limit);
    }

    private List<String> found(SessionQuery query) {
        return cluster.sessions(query).sessions().stream()
                .map(entry -> entry.session().id() + "@" + entry.worker())
                .toList();
    }

    @Test
    void listsTheSessionsOfAllInOrder() {
        here.hello(hello("w", "a", "c"));
        there.hello(hello("x", "b", "c", "p"));
        assertThat(found(query(null, null, 10))).containsExactly("a@w", "b@x", "c@w", "c@x", "p@x");
        assertThat(found(query(null, null, 3))).containsExactly("a@w", "b@x", "c@w");
        assertThat(found(query("x", null, 10))).containsExactly("b@x", "c@x", "p@x");
        assertThat(found(query(null, Intent.PUBLISH, 10))).containsExactly("p@x");
        SessionQuery after = new SessionQuery(
                cluster.sessions(query(null, null, 3)).sessions().getLast().position(),
                null,
                null,
                null,
                null,
                Set.of(),
                10);
        assertThat(found(after)).containsExactly("c@x", "p@x");
        assertThat(found(new SessionQuery(null, null, null, null, null, Set.of(new OriginId("a")), 10)))
                .isEmpty();
    }

    private List<String> page(int begin, int end) {
        return cluster.page(query(null, null, 1), begin, end).sessions().stream()
                .map(entry -> entry.session().id() + "@" + entry.worker())
                .toList();
    }

    @Test
    void pagesThroughTheSessionsOfAllAndAsksForThoseOfThePageOnly() {
        here.hello(hello("w", "a", "c"));
        there.hello(hello("x", "b", "d", "e"));
        there.hello(hello("v", "z"));
        assertThat(page(0, 100)).containsExactly("a@w", "c@w", "z@v", "b@x", "d@x", "e@x");
        for (int begin = 0; begin < 6; begin++) {
            listed.set(0);
            assertThat(page(begin, begin + 2)).isEqualTo(page(0, 100).subList(begin, Math.min(6, begin + 2)));
        }
        listed.set(0);
        assertThat(page(4, 5)).containsExactly("d@x");
        assertThat(listed).as("sessions that the other one had to send").hasValue(1);
        assertThat(page(6, 9)).isEmpty();
        assertThat(page(3, 3)).isEmpty();
        SessionQuery publishers = query(null, Intent.PUBLISH, 1);
        assertThat(cluster.page(publishers, 0, 10).sessions()).isEmpty();
    }

    @Test
    void aPageNamesAControlPlaneWhosePartIsMissing() {
        here.hello(hello("w", "a"));
        there.hello(hello("x", "b"));
        server.stop(0);
        ClusterWorkers.Found found = cluster.page(query(null, null, 1), 0, 10);
        assertThat(found.sessions()).hasSize(1);
        assertThat(found.silent()).hasSize(1);
    }

    @Test
    void answersAreBoundedEachAndAllTogether() {
        there.hello(hello("x", IntStream.range(0, 1_000).mapToObj(i -> "s" + i).toArray(String[]::new)));
        assertThat(found(query(null, null, 1_000))).hasSize(1_000);
        assertThat(budget.used()).as("given back").isZero();
        padding = PeerClient.MAX_ANSWER;
        assertThat(cluster.sessions(query(null, null, 1_000)).silent())
                .extracting(Silent::why)
                .containsExactly("its answer is longer than " + PeerClient.MAX_ANSWER + " bytes");
        padding = 0;
        assertThat(budget.take(99_900_000)).isTrue();
        assertThat(cluster.sessions(query(null, null, 1_000)).silent())
                .extracting(Silent::why)
                .containsExactly("there is no room for its answer now");
        budget.give(99_900_000);
        assertThat(found(query(null, null, 1_000))).hasSize(1_000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void passesOrdersOnToTheOneThatTheWorkerReportsTo() {
        here.hello(hello("w", "a", "same"));
        there.hello(hello("x", "b", "same"));
        assertThat(cluster.kick("b", null, "operator")).isEqualTo(Order.GIVEN);
        assertThat(there.find("x").orElseThrow().pendingDirectives()).isEqualTo(1);
        assertThat(cluster.kick("a", null, "operator")).isEqualTo(Order.GIVEN);
        assertThat(here.find("w").orElseThrow().pendingDirectives()).isEqualTo(1);
        assertThat(cluster.kick("same", null, "operator")).isEqualTo(Order.AMBIGUOUS);
        assertThat(cluster.kick("same", "x", "operator")).isEqualTo(Order.GIVEN);
        assertThat(cluster.kick("none", null, "operator")).isEqualTo(Order.UNKNOWN);
        assertThat(cluster.drain("x", "operator")).isEqualTo(Order.GIVEN);
        assertThat(there.find("x").orElseThrow().drainRequested()).isTrue();
        assertThat(cluster.drain("none", "operator")).isEqualTo(Order.UNKNOWN);
    }

    @Test
    void whatAPersonAsksForIsDoneInThatPersonsNameElsewhereToo() {
        there.hello(hello("x", "b"));
        assertThat(cluster.kick("b", null, "anna & co")).isEqualTo(Order.GIVEN);
        assertThat(cluster.drain("x", "anna & co")).isEqualTo(Order.GIVEN);
        assertThat(asked)
                .filteredOn(url -> url.contains("/kick") || url.contains("/drain"))
                .hasSize(2)
                .allSatisfy(url -> assertThat(url).endsWith("actor=anna%20%26%20co"));
    }

    @Test
    void aPeerThatHangsCostsItsShareAndIsNamed() {
        here.hello(hello("w", "a"));
        there.hello(hello("x", "b"));
        hangs = true;
        long begin = System.nanoTime();
        ClusterWorkers.Found found = cluster.sessions(query(null, null, 10));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(found.sessions()).hasSize(1);
        assertThat(found.silent())
                .extracting(Silent::peer)
                .extracting(Peer::run)
                .containsExactly("cp-two");
        assertThat(client.unanswered()).isEqualTo(1);
        assertThatThrownBy(() -> cluster.drain("x", "operator"))
                .isInstanceOf(SilentPeerException.class)
                .hasMessageContaining("cp-two");
    }

    @Test
    void aPeerThatIsGoneIsNamedUntilItsEntryExpires() {
        there.hello(hello("x", "b"));
        server.stop(0);
        assertThat(cluster.sessions(query(null, null, 10)).silent())
                .extracting(Silent::why)
                .containsExactly("no connection to it");
        clock.advance(Peers.TIME_TO_LIVE);
        assertThat(cluster.sessions(query(null, null, 10)).silent()).isEmpty();
    }
}
