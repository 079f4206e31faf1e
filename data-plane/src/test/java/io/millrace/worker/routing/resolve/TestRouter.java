package io.millrace.worker.routing.resolve;

import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.model.Transport;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.routing.table.CurrentTable;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A router that leads every stream to the first of its origins that this session has not tried, unless a test has told it where to lead that
 * stream or all of them.
 */
public final class TestRouter implements Router {

    public final List<Origin> origins = new CopyOnWriteArrayList<>();
    public final List<OriginObservation> failed = new CopyOnWriteArrayList<>();
    public final List<StreamKey> asked = new CopyOnWriteArrayList<>();
    public final List<Intent> intents = new CopyOnWriteArrayList<>();
    public final List<Protocol> protocols = new CopyOnWriteArrayList<>();
    public final List<String> vhosts = new CopyOnWriteArrayList<>();

    /** Who is said to have known where streams are. */
    public volatile Resolution.Source source = Resolution.Source.CONTROL_PLANE;

    public volatile Runnable onResolve = () -> {};

    /** Where to dial beside a silent origin. */
    public volatile Optional<Beside> beside = Optional.empty();

    /** How often that was asked for. */
    public final AtomicInteger besideAsked = new AtomicInteger();

    /** Ports of origins for which a stream was claimed. */
    public final List<Integer> claims = new CopyOnWriteArrayList<>();

    /** The epochs by which they were. */
    public final List<Long> claimedEpochs = new CopyOnWriteArrayList<>();

    /** Claims are decided when a test completes it: with where the stream belongs then, or null if that is where it was claimed for. */
    public final CompletableFuture<Resolution.@Nullable Route> deciding = new CompletableFuture<>();

    private final Map<String, List<Resolution.Route>> byStream = new ConcurrentHashMap<>();
    private final Deque<Resolution.Route> inTurn = new ArrayDeque<>();
    private final CurrentTable table = new CurrentTable();

    public TestRouter(int... httpPorts) {
        for (int port : httpPorts) {
            origins.add(origin(port));
        }
        publishTable();
    }

    /** Every stream belongs to the first origin, and may go to the second one as long as it is not claimed. */
    public static TestRouter hedging(Resolution.Route first, Resolution.Route second) {
        TestRouter router = leadingTo(first);
        router.beside = Optional.of(new Beside(second, false));
        return router;
    }

    /** Every stream belongs to the first of these; each further question leads to the next one, at last always to the last. */
    public static TestRouter leadingTo(Resolution.Route... routes) {
        TestRouter router = new TestRouter();
        router.leadTo(routes);
        return router;
    }

    /** Likewise, after those that it leads to already. */
    public void leadTo(Resolution.Route... routes) {
        synchronized (inTurn) {
            inTurn.addAll(List.of(routes));
        }
    }

    /** Leads that stream to the first of these that was not tried. */
    public void lead(String stream, Resolution.Route... routes) {
        byStream.put(stream, List.of(routes));
    }

    public static Origin origin(int httpPort) {
        return new Origin(
                OriginId.of("o" + httpPort, "127.0.0.1", httpPort),
                "o" + httpPort,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.OTHER,
                Map.of(Listener.HTTP, List.of(new Endpoint(Transport.TCP, "127.0.0.1", httpPort))),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
    }

    public void publishTable() {
        publishTable(ClusterSettings.DEFAULT);
    }

    public void publishTable(ClusterSettings settings) {
        table.use(
                new RoutingTable(new TableVersion("t", 1), List.copyOf(origins), List.of(), List.of(), settings),
                Instant.EPOCH);
    }

    /** A table with what clients must show. */
    public void publishTable(StreamAccess access) {
        publishTable();
        table.use(table.table().orElseThrow().withAccess(access), Instant.EPOCH);
    }

    public CurrentTable table() {
        return table;
    }

    @Override
    public CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> tried) {
        onResolve.run();
        asked.add(stream);
        intents.add(intent);
        protocols.add(protocol);
        return CompletableFuture.completedFuture(next(stream, tried)
                .<Resolution>map(route -> route)
                .orElseGet(() -> new Resolution.NoRoute(
                        tried.isEmpty() ? Resolution.Why.NO_ORIGIN : Resolution.Why.UNREACHABLE, "no origin is left")));
    }

    private Optional<Resolution.Route> next(StreamKey stream, List<OriginObservation> tried) {
        synchronized (inTurn) {
            if (!inTurn.isEmpty()) {
                return Optional.of(inTurn.size() > 1 ? inTurn.removeFirst() : inTurn.getFirst());
            }
        }
        List<Resolution.Route> known = byStream.get(stream.stream());
        Stream<Resolution.Route> routes = known != null
                ? known.stream()
                : origins.stream()
                        .map(origin -> new Resolution.Route(
                                origin, origin.endpoint(Listener.HTTP).orElseThrow(), 7, source));
        Set<OriginId> ids = tried.stream().map(OriginObservation::origin).collect(Collectors.toSet());
        return routes.filter(route -> !ids.contains(route.origin().id())).findFirst();
    }

    @Override
    public CompletionStage<Optional<Beside>> beside(
            StreamKey stream,
            Intent intent,
            Protocol protocol,
            List<OriginObservation> tried,
            Resolution.Route route,
            OriginObservation slow) {
        besideAsked.incrementAndGet();
        return CompletableFuture.completedFuture(beside);
    }

    @Override
    public CompletionStage<Resolution> claim(
            StreamKey stream, Intent intent, Protocol protocol, Resolution.Route answered, Resolution.Route by) {
        claims.add(answered.endpoint().port());
        claimedEpochs.add(by.epoch());
        return deciding.thenApply(decided -> decided != null
                ? decided
                : new Resolution.Route(
                        answered.origin(), answered.endpoint(), by.epoch() + 1, Resolution.Source.CONTROL_PLANE));
    }

    @Override
    public StreamNaming naming() {
        return new StreamNaming(vhosts);
    }

    @Override
    public void failed(OriginObservation observation) {
        failed.add(observation);
    }

    @Override
    public void succeeded(OriginId origin) {}
}
