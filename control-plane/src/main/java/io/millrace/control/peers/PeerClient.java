package io.millrace.control.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.limits.Ration;
import io.millrace.control.limits.RationedBody;
import io.millrace.control.limits.RationedBody.CutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** The longest page of sessions, with room to spare. */
    static final int MAX_ANSWER = 8 * 1024 * 1024;

    /** What a byte of an answer becomes, with the text that it is read from. */
    private static final int WEIGHT = 3;

    /** An answer of the greatest length in each of several questions at once. */
    private static final int MAX_WAITING = 4;

    private static final int NOT_FOUND = 404;
    private static final String PREFIX = "/internal/v1/peers";

    private final HttpClient http;
    private final ObjectMapper json;
    private final Supplier<String> authorization;
    private final Duration deadline;
    private final ByteBudget budget;
    private final AtomicLong unanswered = new AtomicLong();

    /**
     * @param json refuses answers of too many parts
     * @param authorization what the cluster's token is sent as
     * @param budget for the answers to all questions at once
     */
    public PeerClient(ObjectMapper json, Supplier<String> authorization, Duration deadline, ByteBudget budget) {
        this.json = json;
        this.authorization = authorization;
        this.deadline = deadline;
        this.budget = budget;
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

    /** @param byPeer of those that had one; a peer that says that there is nothing is in neither collection */
    public record Answers<T>(Map<Peer, T> byPeer, List<Silent> silent) {

        /** In the order in which the peers were given. */
        List<T> answers() {
            return List.copyOf(byPeer.values());
        }
    }

    /** How often a peer gave no answer. */
    public long unanswered() {
        return unanswered.get();
    }

    public <T> Answers<T> ask(Collection<Peer> peers, Question question, Class<T> type) {
        Map<Peer, Question> questions = new LinkedHashMap<>();
        peers.forEach(peer -> questions.put(peer, question));
        return ask(questions, type);
    }

    /** Asks each peer its own question. */
    public <T> Answers<T> ask(Map<Peer, Question> questions, Class<T> type) {
        // Room is needed for as long as the text is kept; what it became is bounded by what was asked for.
        try (Ration ration =
                new Ration(budget, Math.max(budget.capacity() / MAX_WAITING, (long) MAX_ANSWER * WEIGHT))) {
            return ask(questions, type, ration);
        }
    }

    private <T> Answers<T> ask(Map<Peer, Question> questions, Class<T> type, Ration ration) {
        long end = System.nanoTime() + deadline.toNanos();
        List<Asked> asked = new ArrayList<>();
        questions.forEach((peer, question) -> asked.add(new Asked(peer, send(peer, question, ration))));
        Map<Peer, T> answers = new LinkedHashMap<>();
        List<Silent> silent = new ArrayList<>();
        for (Asked one : asked) {
            try {
                HttpResponse<byte[]> response =
                        one.answer().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (response.statusCode() / 100 == 2) {
                    answers.put(one.peer(), json.readValue(response.body(), type));
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
        return new Answers<>(Collections.unmodifiableMap(answers), List.copyOf(silent));
    }

    private record Asked(Peer peer, CompletableFuture<HttpResponse<byte[]>> answer) {}

    private CompletableFuture<HttpResponse<byte[]>> send(Peer peer, Question question, Ration ration) {
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
            return http.sendAsync(request, RationedBody.handler(MAX_ANSWER, WEIGHT, ration));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String why(Throwable failure) {
        return switch (failure) {
            case ConnectException refused -> "no connection to it";
            case CutException cut ->
                cut.isTooLong()
                        ? "its answer is longer than " + MAX_ANSWER + " bytes"
                        : "there is no room for its answer now";
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
