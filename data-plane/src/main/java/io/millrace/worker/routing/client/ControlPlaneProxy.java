package io.millrace.worker.routing.client;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Forwards requests of clients to the control plane as they are. From any thread; returns at once. */
public interface ControlPlaneProxy {

    /** Header of an answer whose list was cut. */
    String TRUNCATED = "X-Millrace-Truncated";

    /** Completes on any thread; with an exception when no control plane answers. */
    CompletionStage<Response> forward(Request request);

    /**
     * @param target path and query below {@code /internal/v1}
     * @param headers beside those that the hop needs
     * @param body text; empty for none
     */
    record Request(String method, String target, Map<String, String> headers, String body) {}

    /**
     * Texts are empty where the answer does not have them.
     *
     * @param truncated the value of {@link #TRUNCATED}
     */
    record Response(int status, String contentType, String location, String truncated, String body) {}
}
