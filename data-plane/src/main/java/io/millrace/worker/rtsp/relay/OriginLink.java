package io.millrace.worker.rtsp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.net.dial.Dial;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.memory.OverBudgetException;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.RtspWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The connection to one origin. Where the stream may still go elsewhere, the origin first has to answer a probe without side effects,
 * and is told of the client when the session may {@link #goOn}. Until {@link #settle} it is an attempt, which may fail and leave
 * the session to the next origin; from then on its end is the session's.
 */
final class OriginLink extends ChannelInboundHandlerAdapter implements Dials.Attempt {

    /** What comes of it; called on the session's loop, and no more after the link has failed, was lost or was left. */
    interface Listener {

        /** The origin has answered the probe; it is told of the client once the session calls {@link #goOn}. */
        void answered(OriginLink link);

        /** The origin may be told what the client wants. */
        void reached(OriginLink link);

        /** @param wholeNow whether frames in it end with a whole one */
        void fromOrigin(RtspReader.Input input, boolean wholeNow);

        /** @param bytes how many came */
        void received(int bytes);

        void readComplete();

        /** The origin could not be reached or did not answer; another one may do. */
        void failed(OriginLink link, OriginObservation observation);

        void lost(CloseReason reason, String detail);

        /** An internal error. */
        void broken(Throwable cause);
    }

    /** How far it has come. */
    private enum Phase {
        CONNECTING,
        /** Until the probe is answered. */
        QUESTIONED,
        /** The origin has answered and is sent nothing until {@link #goOn}. */
        HELD,
        /** The origin has the client's request. */
        ASKED,
        SETTLED,
        OVER
    }

    private final RtspContext context;
    private Resolution.Route route;
    private final Optional<RtspRequest> question;
    private final Listener listener;
    private final RtspReader reader = new RtspReader();
    private final Dial dial;
    private Phase phase = Phase.CONNECTING;

    /** @param question to be answered before the origin is told of the client; empty when the stream belongs there */
    OriginLink(RtspContext context, Resolution.Route route, Optional<RtspRequest> question, Listener listener) {
        this.context = context;
        this.route = route;
        this.question = question;
        this.listener = listener;
        this.dial = new Dial(Protocol.RTSP, route.origin(), context.originMetrics(), context.clock(), observation -> {
            finish();
            listener.failed(this, observation);
        });
    }

    @Override
    public void start(EventLoop loop) {
        Duration limit = context.settings().originConnectTimeout();
        dial.connect(context.loops().client(loop, limit).handler(this), loop, route.endpoint());
    }

    @Override
    public Resolution.Route route() {
        return route;
    }

    /** The connection; there once {@link #start} returned. */
    Channel channel() {
        return dial.channel();
    }

    /** The client has an answer: there is no way back from this origin. */
    void settle() {
        become(Phase.SETTLED);
        dial.end();
    }

    @Override
    public void goOn(Resolution.Route decided) {
        route = decided;
        ask();
    }

    private void ask() {
        become(Phase.ASKED);
        waitForAnswer();
        listener.reached(this);
    }

    private void become(Phase next) {
        if (next.compareTo(phase) <= 0) {
            throw new IllegalStateException(phase + " cannot become " + next);
        }
        phase = next;
    }

    /** Closes the connection once what was written has left; nothing more is reported. */
    @Override
    public void cancel() {
        finish();
        GracefulClose.afterFlush(channel());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (phase == Phase.OVER) {
            return;
        }
        dial.connected();
        if (question.isEmpty()) {
            ask();
            return;
        }
        become(Phase.QUESTIONED);
        waitForAnswer();
        ByteBuf bytes = ctx.alloc().buffer(256);
        RtspWriter.write(bytes, question.get());
        ctx.writeAndFlush(bytes);
    }

    private void waitForAnswer() {
        Duration limit = context.settings().originAnswerTimeout();
        dial.awaitAnswer(limit, () -> dial.fail(Failure.TIMEOUT, "no answer within " + limit.toMillis() + " ms"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (phase == Phase.OVER) {
            bytes.release();
            return;
        }
        if (isOpen()) {
            listener.received(bytes.readableBytes());
        }
        reader.feed(bytes);
        try {
            for (Optional<RtspReader.Input> input = reader.next(); input.isPresent(); input = reader.next()) {
                if (isOpen()) {
                    listener.fromOrigin(input.get(), reader.isBetween());
                } else {
                    beforeGoingOn(input.get());
                }
            }
        } catch (RtspFormatException e) {
            closed(Failure.PROTOCOL, CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
        }
    }

    /** Whether the session gets what the origin sends. */
    private boolean isOpen() {
        return phase == Phase.ASKED || phase == Phase.SETTLED;
    }

    /** Whatever it answers, also that it does not know the question: it lives. */
    private void beforeGoingOn(RtspReader.Input input) {
        switch (input) {
            case RtspReader.Input.Message(RtspResponse answer)
            when phase == Phase.QUESTIONED -> {
                if (!answer.isProvisional()) {
                    become(Phase.HELD);
                    dial.answered();
                    listener.answered(this);
                }
            }
            case RtspReader.Input.Frames(var bytes) -> {
                bytes.release();
                throw new RtspFormatException("media before a stream was named");
            }
            case RtspReader.Input.Message _ ->
                throw new RtspFormatException("it sent a message before it was asked for a stream");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (isOpen()) {
            listener.readComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed(
                Failure.RESET,
                CloseReason.ORIGIN_CLOSED,
                phase == Phase.SETTLED ? "" : "it closed the connection without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof OverBudgetException && phase == Phase.SETTLED) {
            finish();
            listener.lost(CloseReason.MEMORY_FULL, String.valueOf(cause.getMessage()));
        } else if (cause instanceof IOException) {
            closed(Failure.RESET, CloseReason.ORIGIN_RESET, String.valueOf(cause.getMessage()));
        } else if (phase != Phase.OVER) {
            listener.broken(cause);
        }
    }

    private void closed(Failure failure, CloseReason reason, String detail) {
        if (phase == Phase.SETTLED) {
            finish();
            listener.lost(reason, detail);
        } else {
            dial.fail(failure, detail);
        }
    }

    /** That the origin does not do its part in time. */
    OriginObservation timeout(String detail) {
        return dial.observation(Failure.TIMEOUT, detail);
    }

    private void finish() {
        phase = Phase.OVER;
        dial.end();
        reader.release();
    }
}
