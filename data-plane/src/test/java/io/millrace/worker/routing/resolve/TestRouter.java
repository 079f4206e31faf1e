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
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.routing.table.CurrentTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A router that leads every stream to the first of its origins that this session has not tried. */
public final class TestRouter implements Router {

    public final List<Origin> origins = new CopyOnWriteArrayList<>();
    public final List<OriginObservation> failed = new CopyOnWriteArrayList<>();
    public final List<StreamKey> asked = new CopyOnWriteArrayList<>();
    private final CurrentTable table = new CurrentTable();

    public TestRouter(int... httpPorts) {
        for (int port : httpPorts) {
            origins.add(origin(port));
        }
        publishTable();
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

    /** Who is said to have known where streams are. */
    public volatile Resolution.Source source = Resolution.Source.CONTROL_PLANE;

    public CurrentTable table() {
        return table;
    }

    @Override
    public CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> tried) {
        asked.add(stream);
        List<OriginId> ids = new ArrayList<>();
        tried.forEach(observation -> ids.add(observation.origin()));
        return CompletableFuture.completedFuture(origins.stream()
                .filter(origin -> !ids.contains(origin.id()))
                .findFirst()
                .<Resolution>map(origin -> new Resolution.Route(
                        origin, origin.endpoint(Listener.HTTP).orElseThrow(), 7, source))
                .orElseGet(() -> new Resolution.NoRoute(
                        tried.isEmpty() ? Resolution.Why.NO_ORIGIN : Resolution.Why.UNREACHABLE, "none")));
    }

    @Override
    public StreamNaming naming() {
        return new StreamNaming(List.of());
    }

    @Override
    public void failed(OriginObservation observation) {
        failed.add(observation);
    }

    @Override
    public void succeeded(OriginId origin) {}
}
