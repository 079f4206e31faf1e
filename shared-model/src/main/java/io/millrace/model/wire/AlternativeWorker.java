package io.millrace.model.wire;

/**
 * Another worker to which a draining one may send clients: {@code GET /internal/v1/workers/{worker}/stand-in}.
 *
 * @param api the URL of its HTTP API
 */
public record AlternativeWorker(String worker, String api) {}
