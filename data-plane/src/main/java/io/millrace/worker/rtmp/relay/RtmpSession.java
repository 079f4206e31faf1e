package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionHandle;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.memory.OverBudgetException;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.session.ClientOpening;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginOpening;
import io.millrace.worker.rtmp.session.StatusWords;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from accept to the end: it opens, names a stream, is brought to an origin (to another one if the first
 * fails), and is relayed. All of it on the client's event loop.
 */
final class RtmpSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(RtmpSession.class);

    /** Where a session is. */
    private enum State {
        /** The client talks to us alone. */
        OPENING,
        /** We look for an origin and bring the client there. */
        DIALLING,
        RELAYING,
        ENDED
    }

    private final RtmpContext context;
    private final Runnable leftOpening;
    private State state = State.OPENING;
    private ClientAddress clientAddress = ClientAddress.UNKNOWN;
    private @Nullable ClientReception reception;
    private @Nullable Session session;
    private @Nullable OriginSearch search;
    private @Nullable StreamRelay relay;

    /** @param leftOpening called once, when the connection is no longer one that has named no stream yet */
    RtmpSession(RtmpContext context, Runnable leftOpening) {
        this.context = context;
        this.leftOpening = leftOpening;
    }

    private void become(State next) {
        if (next.compareTo(state) <= 0) {
            throw new IllegalStateException(state + " cannot become " + next);
        }
        if (state == State.OPENING) {
            leftOpening.run();
        }
        state = next;
    }

    // ---- the client's connection

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        clientAddress = ClientAddress.of(ctx.channel());
        ClientReception started =
                new ClientReception(ctx.channel(), context.settings(), context.random(), this::asked, this::end);
        reception = started;
        started.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == State.OPENING) {
            // A balancer's header in front of this may have told it by now.
            clientAddress = ClientAddress.of(ctx.channel());
        }
        fromClient((ByteBuf) message);
    }

    private void fromClient(ByteBuf bytes) {
        switch (state) {
            case RELAYING -> relay().fromClient(bytes);
            case OPENING -> reception().hear(bytes);
            case DIALLING -> reception().keep(bytes);
            case ENDED -> bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == State.RELAYING) {
            relay().clientReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.OPENING && reception().hasHeardNothing()) {
            // A load balancer's probe: nothing to tell anybody.
            become(State.ENDED);
            leave();
            return;
        }
        end(CloseReason.PEER_CLOSED, "");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(cause, CloseReason.PEER_RESET, CloseReason.PEER_PROTOCOL_ERROR);
    }

    private void end(Throwable cause, CloseReason whenReset, CloseReason whenMalformed) {
        switch (cause) {
            case OverBudgetException shed -> end(CloseReason.MEMORY_FULL, String.valueOf(shed.getMessage()));
            case IOException reset -> end(whenReset, String.valueOf(reset.getMessage()));
            case RtmpFormatException _, DecoderException _ -> end(whenMalformed, String.valueOf(cause.getMessage()));
            default -> {
                LOG.errorf(cause, "A defect of ours ended the session of %s", clientAddress.shown());
                end(CloseReason.INTERNAL_ERROR, cause.toString());
            }
        }
    }

    // ---- from the request to an origin

    private void asked(StreamRequest request) {
        KeyedRequest asked;
        try {
            asked = KeyedRequest.of(request, context.router().naming());
        } catch (IllegalArgumentException e) {
            refuse(CloseReason.PEER_BAD_NAME, StatusWords.BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        SessionHandle door = (reason, detail) -> channel().eventLoop().execute(() -> end(reason, detail));
        OpenResult opened =
                context.sessions().open(Protocol.RTMP, request.intent(), asked.key(), clientAddress.shown(), door);
        switch (opened) {
            case OpenResult.Refused refused -> {
                String description = "This server takes no more sessions now: " + refused.detail();
                reception().refuse(StatusWords.REJECTED, description);
                become(State.ENDED);
                leave();
            }
            case OpenResult.Opened accepted -> {
                session = accepted.session();
                become(State.DIALLING);
                Reading.of(channel()).pause(Reading.Obstacle.SESSION);
                lookForOrigin(accepted.session(), asked);
            }
        }
    }

    private void lookForOrigin(Session opened, KeyedRequest asked) {
        int chunkSize = reception().opening().scanner().chunkSize();
        OriginSearch started = new OriginSearch(
                context,
                opened,
                channel().eventLoop(),
                clientAddress.ip(),
                () -> new OriginOpening(asked.request(), chunkSize, context.random()),
                outcome -> searched(opened, asked, outcome));
        search = started;
        started.start();
    }

    private void searched(Session opened, KeyedRequest asked, OriginSearch.Outcome outcome) {
        switch (outcome) {
            case OriginSearch.Outcome.Found found -> startRelay(opened, asked, found);
            case OriginSearch.Outcome.Refused(AmfValue.Members info) -> {
                reception().refuse(info);
                end(CloseReason.ORIGIN_REFUSED_STREAM, info.text("code") + " " + info.text("description"));
            }
            case OriginSearch.Outcome.FoundNone(CloseReason reason, String detail) ->
                refuse(reason, StatusWords.FAILED, detail);
            case OriginSearch.Outcome.Broken(Throwable cause) ->
                end(cause, CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR);
        }
    }

    // ---- relaying

    private void startRelay(Session current, KeyedRequest asked, OriginSearch.Outcome.Found found) {
        OriginDial dialled = found.dialled();
        Resolution.Route route = dialled.route();
        Channel origin = dialled.channel();
        ClientOpening opening = reception().opening();
        StreamRelay started = new StreamRelay(
                current,
                context.settings(),
                new StreamRelay.Listener() {
                    @Override
                    public void accepted() {
                        context.sessions().relaying(current, route.origin(), route.epoch());
                    }

                    @Override
                    public void over(CloseReason reason, String detail) {
                        end(reason, detail);
                    }

                    @Override
                    public void originLags(String detail) {
                        context.router()
                                .failed(OriginObservation.of(
                                        route.origin(),
                                        OriginObservation.Failure.TIMEOUT,
                                        detail,
                                        context.clock().instant()));
                    }
                },
                channel(),
                opening,
                asked,
                origin,
                dialled.opening(),
                found.originMessageStream());
        relay = started;
        become(State.RELAYING);
        context.loops().ticker(channel()).add(started);
        origin.pipeline().replace(dialled, "relay", new OriginEnd());
        try {
            started.resumeDown(dialled.opening(), found.leftover());
        } catch (RtmpFormatException e) {
            end(CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        if (state != State.RELAYING) {
            return;
        }
        try {
            started.resumeUp(opening, reception().takeKept());
        } catch (RtmpFormatException e) {
            end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        Reading.of(channel()).resume(Reading.Obstacle.SESSION);
    }

    /** The origin's connection while it is relayed. */
    private final class OriginEnd extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (state == State.RELAYING) {
                relay().fromOrigin(bytes);
            } else {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (state == State.RELAYING) {
                relay().originReadComplete();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            originGone(CloseReason.ORIGIN_CLOSED, "");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof IOException && !(cause instanceof OverBudgetException)) {
                originGone(CloseReason.ORIGIN_RESET, String.valueOf(cause.getMessage()));
            } else {
                end(cause, CloseReason.ORIGIN_RESET, CloseReason.ORIGIN_PROTOCOL_ERROR);
            }
        }
    }

    private void originGone(CloseReason reason, String detail) {
        if (state != State.RELAYING) {
            return;
        }
        StreamRelay current = relay();
        Optional<String> refusal = current.refusal();
        if (refusal.isPresent()) {
            end(CloseReason.ORIGIN_REFUSED_STREAM, refusal.get());
        } else if (!current.isAccepted()) {
            // Origins whose callback says no often just hang up; the client deserves a word all the same.
            refuse(
                    CloseReason.ORIGIN_REFUSED_STREAM,
                    StatusWords.FAILED,
                    "The origin closed the connection without an answer");
        } else {
            end(reason, detail);
        }
    }

    // ---- the end

    private void refuse(CloseReason reason, StatusWords words, String description) {
        reception().refuse(words, description);
        end(reason, description);
    }

    private void end(CloseReason reason, String detail) {
        if (state == State.ENDED) {
            return;
        }
        become(State.ENDED);
        if (session != null) {
            context.sessions().close(session, reason, detail);
        } else {
            context.sessions().rejected(Protocol.RTMP, reason, clientAddress.shown(), detail);
        }
        leave();
    }

    private void leave() {
        if (reception != null) {
            reception.release();
        }
        if (search != null) {
            search.cancel();
        }
        if (relay != null) {
            context.loops().ticker(channel()).remove(relay);
            GracefulClose.afterFlush(relay.origin());
        }
        GracefulClose.afterFlush(channel());
    }

    // ---- what is there once its state is reached

    private Channel channel() {
        return reception().channel();
    }

    private ClientReception reception() {
        return there(reception);
    }

    private StreamRelay relay() {
        return there(relay);
    }

    private <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not there in state " + state);
        }
        return value;
    }
}
