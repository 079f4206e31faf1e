package io.millrace.control.intake;

import io.millrace.control.intake.BodyLimit.Sender;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.security.CallerCheck;
import io.millrace.control.security.PeerAddress;
import io.millrace.control.srs.sender.OriginSenders;
import io.millrace.control.srs.sender.SenderRefusedException.Reason;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of every request before a resource gets it. A thread is needed only for a body that is there; one that is too long, too slow or
 * one too many costs what has come of it so far, and that is bounded.
 */
final class BodyIntake implements Handler<RoutingContext> {

    /** What a resource reads instead of the request. */
    static final String BODY = "millrace.body";

    private static final long MAX_MILLIS = 10_000;

    /** How much and how long is read of a body that was refused, so that its sender gets to read why. */
    private static final int MAX_DISCARDED = 256 * 1024;

    private static final long MAX_DISCARDING_MILLIS = 2_000;

    private final Vertx vertx;
    private final CallerCheck callers;

    /** Made when the settings have been checked. */
    private final Supplier<OriginSenders> origins;

    private final ByteBudget ofCluster;
    private final OpenBodies open;
    private final Refusals refusals;
    private final Connections connections;

    /** Made when the settings are checked. */
    private final Supplier<PageOrigins> pages;

    BodyIntake(
            Vertx vertx,
            CallerCheck callers,
            Supplier<OriginSenders> origins,
            ByteBudget ofCluster,
            OpenBodies open,
            Refusals refusals,
            Connections connections,
            Supplier<PageOrigins> pages) {
        this.vertx = vertx;
        this.callers = callers;
        this.origins = origins;
        this.ofCluster = ofCluster;
        this.open = open;
        this.refusals = refusals;
        this.connections = connections;
        this.pages = pages;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean room = connections.requestBegins(context);
        Optional<Refusal> refusal = !room
                ? Optional.of(Refusal.TOO_MANY_UNREAD_ANSWERS)
                : pages.get().allow(request, context.normalizedPath())
                        ? Optional.empty()
                        : Optional.of(Refusal.PAGE_OF_ANOTHER_ORIGIN);
        long announced = announced(request);
        if (announced == 0) {
            refusal.ifPresentOrElse(why -> refusals.answer(context, BodyLimit.NONE_WANTED, why), context::next);
            return;
        }
        BodyLimit limit = RouteLimits.of(request.method().name(), context.normalizedPath());
        Body body = new Body(context, limit);
        if (refusal.isPresent()) {
            body.refuse(refusal.get());
        } else if (limit.sender() == Sender.CLUSTER
                && !callers.allows(request, request.method() + " " + context.normalizedPath())) {
            body.refuse(Refusal.NOT_OF_THE_CLUSTER);
        } else if (limit.sender() == Sender.ORIGIN && refusesOrigin(context, body)) {
            return;
        } else if (announced > limit.bytes()) {
            body.refuse(Refusal.BODY_TOO_LARGE);
        } else if (limit.sender() == Sender.CLUSTER) {
            body.readWhenFree(announced < 0 ? limit.bytes() : announced);
        } else {
            body.read();
        }
    }

    private boolean refusesOrigin(RoutingContext context, Body body) {
        Optional<Reason> reason = origins.get().refusal(context.request(), context.normalizedPath());
        reason.ifPresent(why -> body.refuse(
                switch (why) {
                    case UNAUTHORIZED -> Refusal.ORIGIN_UNAUTHORIZED;
                    case NETWORK -> Refusal.ORIGIN_ELSEWHERE;
                }));
        return reason.isPresent();
    }

    /** -1 where the length shows only at the end. */
    private static long announced(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(length.strip()));
        } catch (NumberFormatException e) {
            // The decoder lets none through that is no number; this one is larger than any.
            return Long.MAX_VALUE;
        }
    }

    /** One body; on the event loop of its connection. */
    private final class Body {

        private final RoutingContext context;
        private final HttpServerRequest request;
        private final BodyLimit limit;
        private final OpenBodies.Share share;
        private Buffer content = Buffer.buffer();
        private State state = State.READING;
        private long timer;
        private long fromCluster;
        private long discarded;

        private enum State {
            READING,
            DISCARDING,
            /** With the resource, or away with its connection. */
            DONE
        }

        Body(RoutingContext context, BodyLimit limit) {
            this.context = context;
            this.request = context.request();
            this.limit = limit;
            this.share = open.new Share(PeerAddress.of(request));
            // When the answer is out, or the connection gone.
            context.addEndHandler(end -> release());
        }

        /** One that may be large is let in as a whole: then none of those that wait for each other holds a part of what the other needs. */
        void readWhenFree(long bytes) {
            request.pause();
            var loop = vertx.getOrCreateContext();
            timer = vertx.setTimer(MAX_MILLIS, late -> refuse(Refusal.TOO_MANY_BODIES));
            ofCluster.takeWhenFree(
                    bytes,
                    () -> loop.runOnContext(now -> {
                        granted(bytes);
                        vertx.cancelTimer(timer);
                        if (state == State.READING && !context.response().closed()) {
                            content = Buffer.buffer((int) bytes);
                            read();
                        } else {
                            release();
                        }
                    }));
        }

        private synchronized void granted(long bytes) {
            fromCluster += bytes;
        }

        void read() {
            timer = vertx.setTimer(MAX_MILLIS, late -> refuse(Refusal.BODY_TOO_SLOW));
            request.handler(this::more);
            request.endHandler(end -> complete());
            request.exceptionHandler(broken -> gone());
            continued();
            request.resume();
        }

        private void continued() {
            if (request.headers().contains(HttpHeaders.EXPECT, "100-continue", true)) {
                request.headers().remove(HttpHeaders.EXPECT);
                context.response().writeContinue();
            }
        }

        private void more(Buffer piece) {
            switch (state) {
                case READING -> {
                    Optional<Refusal> refusal = content.length() + piece.length() > limit.bytes()
                            ? Optional.of(Refusal.BODY_TOO_LARGE)
                            : limit.sender() == Sender.CLUSTER ? Optional.empty() : share.grow(piece.length());
                    if (refusal.isPresent()) {
                        refuse(refusal.get());
                    } else {
                        content.appendBuffer(piece);
                    }
                }
                case DISCARDING -> {
                    discarded += piece.length();
                    if (discarded > MAX_DISCARDED) {
                        hangUp();
                    }
                }
                case DONE -> {}
            }
        }

        private void complete() {
            vertx.cancelTimer(timer);
            if (state == State.READING) {
                state = State.DONE;
                context.put(BODY, content.getBytes());
                content = Buffer.buffer();
                context.next();
            } else {
                state = State.DONE;
            }
        }

        void refuse(Refusal refusal) {
            if (state != State.READING) {
                return;
            }
            state = State.DISCARDING;
            content = Buffer.buffer();
            vertx.cancelTimer(timer);
            refusals.answer(context, limit, refusal);
            request.handler(this::more);
            request.endHandler(end -> complete());
            request.exceptionHandler(broken -> gone());
            timer = vertx.setTimer(MAX_DISCARDING_MILLIS, late -> hangUp());
            request.resume();
        }

        private void gone() {
            vertx.cancelTimer(timer);
            state = State.DONE;
            release();
        }

        private void hangUp() {
            vertx.cancelTimer(timer);
            state = State.DONE;
            request.connection().close();
        }

        /** Also called when the answer ends. */
        private synchronized void release() {
            share.close();
            if (fromCluster > 0) {
                ofCluster.give(fromCluster);
                fromCluster = 0;
            }
        }
    }

    static byte @Nullable [] bodyOf(RoutingContext context) {
        return context.get(BODY);
    }
}
