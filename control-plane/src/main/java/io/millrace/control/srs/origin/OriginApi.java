package io.millrace.control.srs.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.json.JsonLimits;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.limits.Ration;
import io.millrace.control.limits.RationedBody;
import io.millrace.control.limits.RationedBody.CutException;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.Transport;
import io.millrace.model.settings.OriginCredentials;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One question to an origin's HTTP API, one answer in JSON. Any thread; it waits for the answer. */
public final class OriginApi implements AutoCloseable {

    /** Some thousand streams; an answer above that is given up before it fills the memory. */
    static final int MAX_ANSWER = 4 * 1024 * 1024;

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final Duration MIN_WAIT = Duration.ofMillis(1);

    /** What a byte of an answer becomes as a tree. */
    private static final int WEIGHT = 8;

    /** The longest list that a worker passes on is a little more than this becomes. */
    private static final long MAX_FOR_A_QUESTION = 6L * 1024 * 1024 * WEIGHT;

    private final ObjectMapper json = JsonLimits.mapper(JsonLimits.DOCUMENT).build();
    private final ByteBudget budget;
    private final OriginCredentials credentials;
    private final HttpClient client;

    /** @param budget for the answers to all questions at once */
    public OriginApi(Duration connectTimeout, OriginCredentials credentials, ByteBudget budget) {
        this.credentials = credentials;
        this.budget = budget;
        // HTTP/1.1 only: SRS does not know the offer to upgrade. No redirects: an origin does not send us elsewhere.
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(connectTimeout)
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("origin-api-", 0).factory()))
                .build();
    }

    /** Where an origin's API is, if it has one. */
    public static Optional<Endpoint> endpoint(Origin origin) {
        return origin.endpoint(Listener.API).filter(endpoint -> endpoint.transport() == Transport.TCP);
    }

    /** Room for the answers to one question; to be closed when they are not needed any more. */
    public Ration ration() {
        return new Ration(budget, Math.min(MAX_FOR_A_QUESTION, Math.max(budget.capacity() / 2, 1)));
    }

    /**
     * @param path with its query
     * @param ration holds the answer
     * @return an object with a whole number as its {@code code}
     */
    public ObjectNode call(Origin origin, String method, String path, Deadline deadline, Ration ration)
            throws OriginApiException {
        Endpoint endpoint = endpoint(origin).orElseThrow(() -> new OriginApiException("it has no API"));
        HttpResponse<byte[]> response = exchange(request(origin, endpoint, method, path, deadline), deadline, ration);
        if (response.statusCode() == UNAUTHORIZED) {
            throw new OriginApiException("it answered HTTP 401: it wants another MILLRACE_ORIGIN_API_AUTH");
        }
        if (response.statusCode() != OK) {
            throw new OriginApiException("it answered HTTP " + response.statusCode());
        }
        return read(response.body());
    }

    private HttpRequest request(Origin origin, Endpoint endpoint, String method, String path, Deadline deadline)
            throws OriginApiException {
        Duration left = deadline.left();
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + endpoint.authority() + path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(left.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : left)
                    .header("Accept", "application/json");
            credentials.authorization(origin, endpoint).ifPresent(value -> request.header("Authorization", value));
            return request.build();
        } catch (IllegalArgumentException e) {
            throw new OriginApiException("its API endpoint " + endpoint + " makes no URL");
        }
    }

    private HttpResponse<byte[]> exchange(HttpRequest request, Deadline deadline, Ration ration)
            throws OriginApiException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, RationedBody.handler(MAX_ANSWER, WEIGHT, ration));
        try {
            // The client's own timeout ends with the headers; this one is for the body too.
            return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new OriginApiException(deadline.missed());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new OriginApiException(deadline.missed());
        } catch (ExecutionException e) {
            throw new OriginApiException(why(e.getCause() == null ? e : e.getCause(), deadline));
        }
    }

    private static String why(Throwable failure, Deadline deadline) {
        return switch (failure) {
            case HttpTimeoutException late -> deadline.missed();
            case ConnectException refused -> "no connection to its API";
            case CutException cut ->
                cut.isTooLong()
                        ? "its answer is longer than " + MAX_ANSWER + " bytes"
                        : "there is no room for its answer now";
            case IOException broken -> "the connection to its API broke";
            default -> "asking it failed: " + failure.getClass().getSimpleName();
        };
    }

    private ObjectNode read(byte[] body) throws OriginApiException {
        try {
            JsonNode node = json.readTree(body);
            if (node instanceof ObjectNode object && object.path("code").isIntegralNumber()) {
                return object;
            }
            throw new OriginApiException("its answer is no JSON object with a code");
        } catch (StreamConstraintsException e) {
            throw new OriginApiException("its answer has too many parts: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new OriginApiException("its answer is no JSON");
        } catch (IOException e) {
            throw new OriginApiException("its answer cannot be read");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
