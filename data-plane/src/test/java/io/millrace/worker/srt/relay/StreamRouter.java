package io.millrace.worker.srt.relay;

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
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.routing.resolve.Router;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Leads each stream to the first of its ports that was not tried yet. */
final class StreamRouter implements Router {

    private final Map<String, List<Integer>> portsByStream = new ConcurrentHashMap<>();
    final List<OriginObservation> failed = new CopyOnWriteArrayList<>();
    final List<Intent> intents = new CopyOnWriteArrayList<>();

    void lead(String stream, Integer... ports) {
        portsByStream.put(stream, List.of(ports));
    }

    @Override
    public CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> tried) {
        intents.add(intent);
        List<Integer> ports = portsByStream.getOrDefault(stream.stream(), List.of());
        return CompletableFuture.completedFuture(
                tried.size() < ports.size()
                        ? route(ports.get(tried.size()))
                        : new Resolution.NoRoute(Resolution.Why.NO_ORIGIN, "no origin is left"));
    }

    static Resolution.Route route(int port) {
        Endpoint endpoint = new Endpoint(Transport.UDP, "127.0.0.1", port);
        Origin origin = new Origin(
                OriginId.of("o" + port, "127.0.0.1", port),
                "o" + port,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.OTHER,
                Map.of(Listener.SRT, List.of(endpoint)),
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT,
                OriginState.UP,
                Admission.OPEN);
        return new Resolution.Route(origin, endpoint, 7, Resolution.Source.CONTROL_PLANE);
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
