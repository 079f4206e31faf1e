package io.millrace.worker.webrtc.session;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionLimits;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.routing.client.AlternativeWorkers;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether new sessions may be signalled here; while this worker drains, clients are redirected to another. Any thread. */
public final class SignallingAdmission {

    private static final String DRAINING = "This worker is draining and takes no more sessions.";

    private final BooleanSupplier draining;
    private final AlternativeWorkers alternatives;
    private final SessionTable sessions;
    private final SessionLimits limits;
    private final Duration timeout;

    /** @param timeout a client waits no longer for the name of another worker */
    public SignallingAdmission(
            BooleanSupplier draining,
            AlternativeWorkers alternatives,
            SessionTable sessions,
            SessionLimits limits,
            Duration timeout) {
        this.draining = draining;
        this.alternatives = alternatives;
        this.sessions = sessions;
        this.limits = limits;
        this.timeout = timeout;
    }

    /** Answers a client that is not admitted. */
    public boolean admits(Exchange exchange, RefusalFormat format) {
        if (draining.getAsBoolean()) {
            redirect(exchange, format);
            return false;
        }
        // The session is opened where its media arrives; one that could not be opened now is not begun.
        if (sessions.size() >= limits.maxSessions()) {
            reject(exchange, CloseReason.TOO_MANY_SESSIONS, "millrace.max-sessions is " + limits.maxSessions());
            format.refuse(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, "This worker takes no more sessions.");
            return false;
        }
        return true;
    }

    private void redirect(Exchange exchange, RefusalFormat format) {
        reject(exchange, CloseReason.DRAINED, "the worker is draining");
        var _ = alternatives
                .find()
                .thenApply(found -> found)
                .toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(noControlPlane -> Optional.empty())
                .thenAccept(found -> exchange.channel().eventLoop().execute(() -> redirect(exchange, format, found)));
    }

    private static void redirect(Exchange exchange, RefusalFormat format, Optional<String> found) {
        if (exchange.isOver()) {
            return;
        }
        if (found.isEmpty()) {
            format.refuse(exchange, HttpResponseStatus.SERVICE_UNAVAILABLE, DRAINING);
            return;
        }
        Request request = exchange.request();
        exchange.answer(
                HttpResponseStatus.TEMPORARY_REDIRECT,
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.LOCATION, found.get() + request.target())
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store"),
                Unpooled.EMPTY_BUFFER);
    }

    private void reject(Exchange exchange, CloseReason reason, String detail) {
        sessions.rejected(Protocol.WEBRTC, reason, exchange.request().client().shown(), detail);
    }
}
