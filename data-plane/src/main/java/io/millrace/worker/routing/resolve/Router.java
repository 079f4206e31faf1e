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

/** Finds the origin of a stream. Every method may be called from any thread, event loops too, and returns at once. */
public interface Router {

    /**
     * Asks the control plane, and decides from what is known when it does not answer in time. The stage never completes with an
     * exception for anything that is to be expected; it may complete on any thread, so a session hops back to its loop.
     *
     * @param failed origins that this very session tried without success, newest last
     */
    CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> failed);

    /**
     * The origin of a route was dialled and has not answered so far: where to dial beside it. The same origin may still answer first.
     *
     * @param slow which origin, and what was awaited
     * @return empty when there is nothing to do but to wait
     */
    default CompletionStage<Optional<Beside>> beside(
            StreamKey stream,
            Intent intent,
            Protocol protocol,
            List<OriginObservation> failed,
            Resolution.Route route,
            OriginObservation slow) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /**
     * Of two origins that were dialled for a stream one has answered: from now on the stream belongs there, unless another worker was quicker.
     *
     * @param beside by which route the second of them was dialled
     * @return where the stream belongs; the answered origin when the control plane does not decide
     */
    default CompletionStage<Resolution> claim(
            StreamKey stream, Intent intent, Protocol protocol, Resolution.Route answered, Resolution.Route beside) {
        return CompletableFuture.completedFuture(answered);
    }

    /**
     * Another origin for a stream whose own does not answer.
     *
     * @param isDecided whether the stream belongs there by now; else both may take it as long as it lives nowhere
     */
    record Beside(Resolution.Route route, boolean isDecided) {}

    /** How clients' names become stream keys under the present table. */
    StreamNaming naming();

    /** An origin could not be reached: it is reported at once, and new sessions here avoid it for a while. */
    void failed(OriginObservation observation);

    /** A connection to an origin was accepted, which clears earlier failures. */
    void succeeded(OriginId origin);
}
