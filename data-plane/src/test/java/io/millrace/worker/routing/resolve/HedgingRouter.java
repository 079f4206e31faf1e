package io.millrace.worker.routing.resolve;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.model.wire.OriginObservation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Every stream belongs to the first of two origins, and may go to the second one as long as nobody has claimed it. */
public final class HedgingRouter implements Router {

    private final Resolution.Route first;
    private final Optional<Beside> second;

    /** Ports of origins for which the stream was claimed. */
    public final List<Integer> claims = new CopyOnWriteArrayList<>();

    /** How often another origin was asked for. */
    public final AtomicInteger asked = new AtomicInteger();

    public final List<OriginObservation> failed = new CopyOnWriteArrayList<>();

    /** Claims are granted when a test completes it. */
    public final CompletableFuture<Void> deciding = new CompletableFuture<>();

    public HedgingRouter(Resolution.Route first, Resolution.Route second) {
        this.first = first;
        this.second = Optional.of(new Beside(second, false));
    }

    /** The stream stays where it is. */
    public HedgingRouter(Resolution.Route only) {
        this.first = only;
        this.second = Optional.empty();
    }

    @Override
    public CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> tried) {
        return CompletableFuture.completedFuture(first);
    }

    @Override
    public CompletionStage<Optional<Beside>> beside(
            StreamKey stream,
            Intent intent,
            Protocol protocol,
            List<OriginObservation> tried,
            Resolution.Route route,
            OriginObservation slow) {
        asked.incrementAndGet();
        return CompletableFuture.completedFuture(second);
    }

    @Override
    public CompletionStage<Resolution> claim(
            StreamKey stream, Intent intent, Protocol protocol, Resolution.Route answered, Resolution.Route beside) {
        claims.add(answered.endpoint().port());
        return deciding.thenApply(now -> new Resolution.Route(
                answered.origin(), answered.endpoint(), beside.epoch() + 1, Resolution.Source.CONTROL_PLANE));
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
