package io.millrace.worker.routing.client;

import io.millrace.worker.routing.client.ControlPlaneTargets.Target;
import io.millrace.worker.settings.ClusterToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Asks at the control plane that works now, then at each of the others. */
final class PassedQuestions implements ControlPlaneApi {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;

    /** The control plane cuts its lists before this. */
    private static final long MAX_ANSWER = 8L * 1024 * 1024;

    /** Anybody may ask, and each answer is held as a whole. */
    private static final int MAX_AT_ONCE = 16;

    private final ControlPlaneTargets targets;
    private final HttpClient http;
    private final ClusterToken token;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);

    PassedQuestions(ControlPlaneTargets targets, HttpClient http, ClusterToken token) {
        this.targets = targets;
        this.http = http;
        this.token = token;
    }

    @Override
    public CompletableFuture<Answer> ask(Question question) {
        if (!atOnce.tryAcquire()) {
            return CompletableFuture.completedFuture(new Answer(503, "application/json", "", "", "{\"code\":503}"));
        }
        return attempt(question, targets.current(), 1).whenComplete((answer, failure) -> atOnce.release());
    }

    private CompletableFuture<Answer> attempt(Question question, Target target, int attempt) {
        URI url = target.url();
        HttpRequest request;
        try {
            request = request(url, question);
        } catch (IllegalArgumentException e) {
            // A target or header that the JDK's client does not take; another control plane would not help.
            return CompletableFuture.completedFuture(new Answer(400, "", "", "", ""));
        }
        return http.sendAsync(
                        request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER))
                .thenApply(response -> read(url, response))
                .exceptionallyCompose(failure -> attempt < targets.size()
                        ? attempt(question, targets.after(target), attempt + 1)
                        : CompletableFuture.failedFuture(failure));
    }

    private HttpRequest request(URI url, Question question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/internal/v1" + question.target()))
                .timeout(LIMIT)
                .header("Authorization", token.authorization())
                .method(
                        question.method(),
                        question.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(question.body()));
        question.headers().forEach(request::header);
        return request.build();
    }

    private static Answer read(URI url, HttpResponse<String> response) {
        // Neither is an answer to the question: the token differs, or something in between says that nobody is there.
        if (response.statusCode() == UNAUTHORIZED || response.statusCode() == 502 || response.statusCode() == 504) {
            throw new UncheckedIOException(new IOException("url=" + url + " answers " + response.statusCode()));
        }
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Location").orElse(""),
                response.headers().firstValue(ControlPlaneApi.TRUNCATED).orElse(""),
                response.body());
    }
}
