package io.millrace.control.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.Problem;
import io.millrace.control.intake.BodyLimit.Sender;
import io.millrace.control.security.CallerCheck;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.srs.sender.OriginSenders;
import io.millrace.control.srs.sender.SenderRefusedException.Reason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Answers requests that are not let in, in the format of the route, counts them and logs one of each kind a minute. */
final class Refusals {

    private static final Logger LOG = Logger.getLogger(Refusals.class);
    private static final int MAX_PATH_SHOWN = 100;
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Set<Refusal> LOGGED_ELSEWHERE =
            EnumSet.of(Refusal.NOT_OF_THE_CLUSTER, Refusal.ORIGIN_UNAUTHORIZED, Refusal.ORIGIN_ELSEWHERE);

    private final ObjectMapper json;
    private final LongSupplier nanoTime;
    private final Map<Refusal, Kind> kinds = new EnumMap<>(Refusal.class);

    private static final class Kind {

        private final Counter counter;
        private boolean logged;
        private long loggedAt;
        private long since;

        Kind(Counter counter) {
            this.counter = counter;
        }
    }

    Refusals(ObjectMapper json, MeterRegistry metrics, LongSupplier nanoTime) {
        this.json = json;
        this.nanoTime = nanoTime;
        for (Refusal refusal : Refusal.values()) {
            Counter counter = Counter.builder("millrace.requests.refused")
                    .description("Requests that no resource got to see, by reason")
                    .tag("reason", refusal.code())
                    .register(metrics);
            kinds.put(refusal, new Kind(counter));
        }
    }

    void answer(RoutingContext context, BodyLimit limit, Refusal refusal) {
        told(context, refusal);
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(refusal.status().getStatusCode()).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (refusal.passes()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        if (refusal == Refusal.NOT_OF_THE_CLUSTER) {
            response.putHeader("WWW-Authenticate", CallerCheck.CHALLENGE);
        }
        String detail = detail(limit, refusal);
        if (refusal == Refusal.ORIGIN_UNAUTHORIZED && limit == BodyLimit.HEARTBEAT) {
            // Byte for byte as SRS's proxy.
            response.putHeader("Www-Authenticate", "Bearer")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end("Unauthorized\n");
        } else if (limit.sender() == Sender.ORIGIN) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(write(new ToOrigin(refusal.status().getStatusCode(), field(refusal), detail)));
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                    .end(write(Problem.of(refusal.status(), detail).withCode(refusal.code())));
        }
    }

    /** As registration and hooks refuse: SRS reads the code. */
    record ToOrigin(int code, String field, String message) {}

    private static String detail(BodyLimit limit, Refusal refusal) {
        return switch (refusal) {
            case BODY_TOO_LARGE -> "the body is longer than " + limit.bytes() + " bytes";
            case BODY_TOO_SLOW -> "the body has not come in time";
            case TOO_MANY_BODIES -> "too many bytes of other requests are being dealt with";
            case TOO_MANY_BODIES_OF_ADDRESS -> "too many bytes of requests from this address are being dealt with";
            case TOO_MANY_UNREAD_ANSWERS -> "too many bytes of answers wait for clients that do not read them";
            case NOT_OF_THE_CLUSTER -> CallerCheck.REFUSED;
            case ORIGIN_UNAUTHORIZED -> Reason.UNAUTHORIZED.message();
            case ORIGIN_ELSEWHERE -> Reason.NETWORK.message();
            case PAGE_OF_ANOTHER_ORIGIN ->
                "requests of pages of other origins are refused; those that may send them are listed in "
                        + InvalidSettingException.variable(PageOrigins.PROPERTY);
        };
    }

    private static String field(Refusal refusal) {
        return switch (refusal) {
            case ORIGIN_UNAUTHORIZED -> Reason.UNAUTHORIZED.field();
            case ORIGIN_ELSEWHERE -> Reason.NETWORK.field();
            default -> "body";
        };
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value + " cannot be written as JSON", e);
        }
    }

    private void told(RoutingContext context, Refusal refusal) {
        Kind kind = kinds.get(refusal);
        if (kind == null) {
            throw new IllegalStateException("every refusal has its counter");
        }
        kind.counter.increment();
        // Callers that were not let in are logged already, each source.
        if (LOGGED_ELSEWHERE.contains(refusal)) {
            return;
        }
        long now = nanoTime.getAsLong();
        long before;
        synchronized (kind) {
            if (kind.logged && now - kind.loggedAt < QUIET_NANOS) {
                kind.since++;
                return;
            }
            before = kind.since;
            kind.since = 0;
            kind.logged = true;
            kind.loggedAt = now;
        }
        LOG.warnf(
                "request refused reason=%s call=%s %s from=%s unloggedBefore=%d",
                refusal.code(),
                context.request().method(),
                shortened(OriginSenders.shown(context.normalizedPath())),
                context.request().remoteAddress(),
                before);
    }

    private static String shortened(String path) {
        return path.length() > MAX_PATH_SHOWN ? path.substring(0, MAX_PATH_SHOWN) + "..." : path;
    }
}
