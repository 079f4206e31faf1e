package io.millrace.worker.routing.client;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds another worker for clients that this one does not take any more. */
public interface AlternativeWorkers {

    /**
     * The base URL of the HTTP API of a worker that serves, like {@code http://192.0.2.7:11985}; empty when the control plane names
     * none. The stage fails when no control plane answers.
     */
    CompletionStage<Optional<String>> find();
}
