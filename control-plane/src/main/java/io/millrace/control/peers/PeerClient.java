package io.millrace.control.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks other control planes, all at once, over {@code /internal/v1/peers}. Waits for the answers. */
public final class PeerClient implements AutoCloseable {

    /** Tens of thousands of sessions. */
    private static final int MAX_ANSWER = 32 * 1024 * 1024;

    private static final int NOT_FOUND = 404;
    private static final String PREFIX = "/internal/v1/peers";

    private final HttpClient http;
    private final ObjectMapper json;
    private final Supplier<String> authorization;
    private final Duration deadline;
    private final AtomicLong unanswered = new AtomicLong();

    /** @param authorization what the cluster's token is sent as */
    public PeerClient(ObjectMapper json, Supplier<String> authorization, Duration deadline) {
        this.json = json;
        this.authorization = authorization;
        this.deadline = deadline;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(deadline)
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("peer-client-", 0).factory()))
                .build();
    }

    /** @param path below {@code /internal/v1/peers}, with its query */
    public record Question(
            String method, String path, @Nullable Object body) {}

    /** One that gave no answer. */
    public record Silent(Peer peer, String why) {}

    /** @param answers of those that had one; a peer that says that there is nothing is in neither list */
    public record Answers<T>(List<T> answers, List<Silent> silent) {}

    /** How often a peer gave no answer. */
    public long unanswered() {
        return unanswered.get();
    }

    public <T> Answers<T> ask(Collection<Peer> peers, Question question, Class<T> type) {
        long end = System.nanoTime() + deadline.toNanos();
        List<Asked> asked = peers.stream()
                .map(peer -> new Asked(peer, send(peer, question)))
                .toList();
        List<T> answers = new ArrayList<>();
        List<Silent> silent = new ArrayList<>();
        for (Asked one : asked) {
            try {
                HttpResponse<byte[]> response =
                        one.answer().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (response.statusCode() / 100 == 2) {
                    answers.add(json.readValue(response.body(), type));
                } else if (response.statusCode() != NOT_FOUND) {
                    silent.add(new Silent(one.peer(), "it answers HTTP " + response.statusCode()));
                }
            } catch (TimeoutException e) {
                one.answer().cancel(true);
                silent.add(new Silent(one.peer(), "no answer within " + deadline.toMillis() + " ms"));
            } catch (InterruptedException e) {
                one.answer().cancel(true);
                Thread.currentThread().interrupt();
                silent.add(new Silent(one.peer(), "this control plane stops"));
            } catch (ExecutionException e) {
                silent.add(new Silent(one.peer(), why(e.getCause() == null ? e : e.getCause())));
            } catch (IOException e) {
                silent.add(new Silent(one.peer(), "its answer makes no sense"));
            }
        }
        unanswered.addAndGet(silent.size());
        return new Answers<>(List.copyOf(answers), List.copyOf(silent));
    }

    private record Asked(Peer peer, CompletableFuture<HttpResponse<byte[]>> answer) {}

    private CompletableFuture<HttpResponse<byte[]>> send(Peer peer, Question question) {
        try {
            HttpRequest.BodyPublisher body = question.body() == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(question.body()));
            HttpRequest request = HttpRequest.newBuilder(URI.create(peer.url() + PREFIX + question.path()))
                    .method(question.method(), body)
                    .header("Authorization", authorization.get())
                    .header("Accept", "application/json")
                    .header("Content-Type", "application/json")
                    .build();
            return http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String why(Throwable failure) {
        return switch (failure) {
            case ConnectException refused -> "no connection to it";
            case IOException broken -> "the connection to it broke";
            case IllegalArgumentException noUrl -> "its URL cannot be asked";
            default -> "asking it failed: " + failure.getClass().getSimpleName();
        };
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
