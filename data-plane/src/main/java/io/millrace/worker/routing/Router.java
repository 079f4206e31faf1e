package io.millrace.worker.routing;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.model.wire.OriginObservation;
import java.util.List;
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

    /** How clients' names become stream keys under the present table. */
    StreamNaming naming();

    /** An origin could not be reached: the control plane hears of it at once, and new sessions here avoid it for a while. */
    void failed(OriginObservation observation);

    /** A connection to an origin was accepted, which clears earlier failures. */
    void succeeded(OriginId origin);
}
