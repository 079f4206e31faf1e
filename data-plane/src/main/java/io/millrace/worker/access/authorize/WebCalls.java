package io.millrace.worker.access.authorize;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Short questions to web services, off the event loops. Any thread. */
final class WebCalls {

    private @Nullable HttpClient client;

    /** An answer that came whole and in time. */
    record Answer(int status, String body) {}

    /**
     * @param maxBytes of the body
     * @return fails when there is no whole answer in time
     */
    CompletableFuture<Answer> get(URI url, Duration timeout, long maxBytes) {
        return send(url, HttpRequest.Builder::GET, timeout, maxBytes);
    }

    /** Likewise with a body. */
    CompletableFuture<Answer> post(URI url, String json, Duration timeout, long maxBytes) {
        return send(
                url,
                request -> request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                timeout,
                maxBytes);
    }

    /** For logs: without the query, which may hold a secret. */
    static String shown(URI url) {
        String text = url.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private CompletableFuture<Answer> send(
            URI url, UnaryOperator<HttpRequest.Builder> with, Duration timeout, long maxBytes) {
        HttpRequest request;
        try {
            request = with.apply(HttpRequest.newBuilder(url)).timeout(timeout).build();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<HttpResponse<String>> sent =
                client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), maxBytes));
        CompletableFuture<Answer> answer = sent.thenApply(
                        response -> new Answer(response.statusCode(), response.body()))
                // The request's own limit ends with the head of the answer.
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return answer.whenComplete((done, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
    }

    /** Made when the first rule needs it: most workers never do. */
    private synchronized HttpClient client() {
        HttpClient now = client;
        if (now == null) {
            now = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
            client = now;
        }
        return now;
    }
}
