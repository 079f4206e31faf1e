package io.millrace.worker.access.authorize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessCheck;
import io.millrace.worker.access.authorize.WebCalls.Answer;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A web service that is asked as SRS asks its {@code http_hooks}. */
final class CallbackCheck implements Check {

    private static final Logger LOG = Logger.getLogger(CallbackCheck.class);

    /** Questions under way. A service that answers in 20 ms decides 12,800 times a second; one that does not answer holds no more clients up. */
    static final int MAX_UNDER_WAY = 256;

    private static final long MAX_BYTES = 64 << 10;
    private static final int MAX_CACHED = 50_000;
    private static final long WARNING_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AccessCheck.Callback wanted;
    private final String worker;
    private final WebCalls calls;
    private final LongSupplier nanos;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong warnedAt;
    private final @Nullable Cache<Question, Verdict> answers;

    private record Question(Intent intent, StreamKey stream, String clientHost, String query) {}

    /**
     * @param worker its name, as the id of a server
     * @param nanos a steady clock
     */
    CallbackCheck(AccessCheck.Callback wanted, String worker, WebCalls calls, LongSupplier nanos) {
        this.wanted = wanted;
        this.worker = worker;
        this.calls = calls;
        this.nanos = nanos;
        this.warnedAt = new AtomicLong(nanos.getAsLong() - WARNING_PAUSE_NANOS);
        this.answers = wanted.cacheSeconds() == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(MAX_CACHED)
                        .expireAfterWrite(Duration.ofSeconds(wanted.cacheSeconds()))
                        .ticker(nanos::getAsLong)
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public CompletableFuture<Verdict> decide(AccessRequest request) {
        Question question = new Question(
                request.intent(),
                request.stream(),
                request.clientHost(),
                request.credentials().query());
        Verdict before = answers == null ? null : answers.getIfPresent(question);
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            return CompletableFuture.completedFuture(unavailable(MAX_UNDER_WAY + " questions to it are under way"));
        }
        return calls.post(wanted.url(), body(request), Duration.ofMillis(wanted.timeoutMillis()), MAX_BYTES)
                .handle((answer, failure) -> {
                    underWay.decrementAndGet();
                    return answer == null ? unavailable(reason(failure)) : answered(question, answer);
                });
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        return cause == null ? "unknown" : cause.getClass().getSimpleName();
    }

    private Verdict answered(Question question, Answer answer) {
        if (answer.status() >= 500) {
            return unavailable("status " + answer.status());
        }
        Verdict verdict =
                agrees(answer) ? Verdict.FREE : Check.denied("the callback refused it, status " + answer.status());
        if (answers != null) {
            answers.put(question, verdict);
        }
        return verdict;
    }

    /** SRS takes a bare 0 and an object with a code of 0. */
    private static boolean agrees(Answer answer) {
        if (answer.status() != 200) {
            return false;
        }
        try {
            JsonNode body = JSON.readTree(answer.body());
            JsonNode code = body.isObject() ? body.path("code") : body;
            return code.isIntegralNumber() && code.longValue() == 0;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private Verdict unavailable(String why) {
        long now = nanos.getAsLong();
        long before = warnedAt.get();
        if (now - before >= WARNING_PAUSE_NANOS && warnedAt.compareAndSet(before, now)) {
            LOG.warnf(
                    "access callback unavailable url=%s why=\"%s\" clients=%s",
                    WebCalls.shown(wanted.url()), why, wanted.allowWhenUnavailable() ? "allowed" : "refused");
        }
        return wanted.allowWhenUnavailable() ? Verdict.FREE : Check.unknown("the callback is unavailable: " + why);
    }

    private String body(AccessRequest request) {
        boolean publishes = request.intent() == Intent.PUBLISH;
        StreamKey stream = request.stream();
        String query = request.credentials().query();
        ObjectNode body = JSON.createObjectNode();
        body.put("action", publishes ? "on_publish" : "on_play");
        body.put("server_id", worker);
        body.put("service_id", worker);
        body.put("request_id", UUID.randomUUID().toString());
        body.put("client_id", UUID.randomUUID().toString());
        body.put("ip", request.clientHost());
        body.put("vhost", stream.vhost());
        body.put("app", stream.app());
        body.put("tcUrl", request.protocol().word() + "://" + stream.vhost() + "/" + stream.app());
        body.put("stream", stream.stream());
        body.put("param", query.isEmpty() ? "" : "?" + query);
        body.put("stream_url", stream.toString());
        if (!publishes) {
            body.put("pageUrl", "");
        }
        return body.toString();
    }
}
