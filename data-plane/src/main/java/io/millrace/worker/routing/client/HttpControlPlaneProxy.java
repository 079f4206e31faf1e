package io.millrace.worker.routing.client;

import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.routing.client.ControlPlaneTargets.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Sends to the control plane in use, then to each of the others. */
final class HttpControlPlaneProxy implements ControlPlaneProxy {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;

    /** The control plane cuts its lists before this. */
    private static final long MAX_ANSWER = 8L * 1024 * 1024;

    /** Any client may send requests, and each answer is held as a whole. */
    private static final int MAX_AT_ONCE = 16;

    private final ControlPlaneTargets targets;
    private final HttpClient http;
    private final ClusterToken token;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);

    HttpControlPlaneProxy(ControlPlaneTargets targets, HttpClient http, ClusterToken token) {
        this.targets = targets;
        this.http = http;
        this.token = token;
    }

    @Override
    public CompletableFuture<Response> forward(Request request) {
        if (!atOnce.tryAcquire()) {
            return CompletableFuture.completedFuture(new Response(503, "application/json", "", "", "{\"code\":503}"));
        }
        return attempt(request, targets.current(), 1).whenComplete((answer, failure) -> atOnce.release());
    }

    private CompletableFuture<Response> attempt(Request request, Target target, int attempt) {
        URI url = target.url();
        HttpRequest sent;
        try {
            sent = request(url, request);
        } catch (IllegalArgumentException e) {
            // A target or header that the JDK's client does not take; another control plane would not help.
            return CompletableFuture.completedFuture(new Response(400, "", "", "", ""));
        }
        return http.sendAsync(
                        sent, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER))
                .thenApply(response -> read(url, response))
                .exceptionallyCompose(failure -> attempt < targets.size()
                        ? attempt(request, targets.after(target), attempt + 1)
                        : CompletableFuture.failedFuture(failure));
    }

    private HttpRequest request(URI url, Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url + "/internal/v1" + request.target()))
                .timeout(LIMIT)
                .header("Authorization", token.authorization())
                .method(
                        request.method(),
                        request.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach(builder::header);
        return builder.build();
    }

    private static Response read(URI url, HttpResponse<String> response) {
        // Not the answer of a control plane: the token differs, or a proxy in between cannot reach it.
        if (response.statusCode() == UNAUTHORIZED || response.statusCode() == 502 || response.statusCode() == 504) {
            throw new UncheckedIOException(new IOException("url=" + url + " answers " + response.statusCode()));
        }
        return new Response(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Location").orElse(""),
                response.headers().firstValue(ControlPlaneProxy.TRUNCATED).orElse(""),
                response.body());
    }
}
