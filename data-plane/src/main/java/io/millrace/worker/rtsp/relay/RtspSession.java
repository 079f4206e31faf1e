package io.millrace.worker.rtsp.relay;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.entry.ClientSession;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.memory.KeptInput;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.RtspWriter;
import io.millrace.worker.rtsp.session.OriginProbe;
import io.millrace.worker.rtsp.session.StreamRequest;
import io.millrace.worker.rtsp.session.WorkerAnswers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An RTSP client: names a stream, is brought to an origin (to another one if the first does not answer), and is relayed. */
final class RtspSession extends ClientSession {

    private final RtspContext context;
    private final RtspReader reader = new RtspReader();
    private final KeptInput kept;
    private boolean hasReceived;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable OriginSide originSide;

    /** @param leftNaming called once, when the connection has named its stream or is closed */
    RtspSession(RtspContext context, Channel channel, Runnable leftNaming) {
        super(Protocol.RTSP, context.sessions(), channel, leftNaming);
        this.context = context;
        this.kept = KeptInput.of(channel);
    }

    // ---- the client's connection

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        super.channelActive(ctx);
        Duration limit = context.settings().requestTimeout();
        deadline = ctx.executor().schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void late() {
        end(
                hasReceived ? CloseReason.PEER_COMMAND_TIMEOUT : CloseReason.PEER_HANDSHAKE_TIMEOUT,
                "no stream named within " + context.settings().requestTimeout().toMillis() + " ms");
    }

    @Override
    protected void leftNaming() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected boolean hasReceived() {
        return hasReceived;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state() == State.ENDED) {
            bytes.release();
            return;
        }
        if (state() == State.NAMING) {
            hasReceived = true;
            learnClientAddress();
        }
        if (originSide != null) {
            originSide.clientActive(bytes.readableBytes());
        }
        reader.feed(bytes);
        takeInput();
    }

    /** Goes on with what the client sent, as far as that can be done now. */
    private void takeInput() {
        try {
            while (mayTakeInput()) {
                Optional<RtspReader.Input> input = reader.next();
                if (input.isEmpty()) {
                    return;
                }
                fromClient(input.get());
            }
        } catch (RtspFormatException e) {
            malformed(e);
        } finally {
            kept.holds(reader.keptInBuffers(), reader.keptText());
        }
    }

    private boolean mayTakeInput() {
        return switch (state()) {
            case NAMING -> true;
            case RELAYING -> !relay().isBusy();
            case ASKING, SEARCHING, ENDED -> false;
        };
    }

    private void fromClient(RtspReader.Input input) {
        if (state() == State.RELAYING) {
            relay().fromClient(input, reader.isBetween());
            return;
        }
        switch (input) {
            case RtspReader.Input.Frames(var bytes) -> {
                bytes.release();
                throw new RtspFormatException("media before a stream was named");
            }
            case RtspReader.Input.Message(RtspRequest request) -> beforeStream(request);
            case RtspReader.Input.Message(RtspResponse response) ->
                throw new RtspFormatException("an answer to nothing");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state() == State.RELAYING) {
            relay().flushUp();
        }
        if (state() == State.ASKING || state() == State.SEARCHING || (state() == State.RELAYING && relay().isBusy())) {
            Reading.of(ctx.channel()).pause(Reading.Obstacle.SESSION);
        }
    }

    private void malformed(RtspFormatException e) {
        if (state() == State.NAMING) {
            send(WorkerAnswers.malformed(e.status()));
        }
        end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
    }

    // ---- from the request to an origin

    private void beforeStream(RtspRequest request) {
        if (request.cseq().isEmpty()) {
            throw new RtspFormatException("a request without CSeq");
        }
        Optional<Intent> intent = StreamRequest.intentOf(request);
        if (request.is("OPTIONS")) {
            send(WorkerAnswers.options(request));
        } else if (intent.isEmpty()) {
            send(WorkerAnswers.refusal(request, WorkerAnswers.statusBeforeStream(request)));
        } else {
            named(request, intent.get());
        }
    }

    private void named(RtspRequest request, Intent intent) {
        StreamRequest asked;
        try {
            asked = StreamRequest.of(request, intent, context.router().naming());
        } catch (IllegalArgumentException e) {
            send(WorkerAnswers.refusal(request, 400));
            end(CloseReason.PEER_BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        open(intent, asked.key(), Credentials.ofQuery(asked.url().query()), result -> {
            switch (result) {
                case OpenResult.Refused refused -> {
                    send(WorkerAnswers.refusal(request, refused.isForbidden() ? 403 : 503));
                    endUnlisted();
                }
                case OpenResult.Opened accepted -> {
                    OriginSide started = new OriginSide(accepted.session(), asked, request);
                    originSide = started;
                    started.search.start();
                }
            }
        });
    }

    /** What happens at the origins that the session may be brought to, and at the one that it was brought to. */
    private final class OriginSide implements Dials.Owner<OriginLink>, OriginLink.Listener {

        private final Session opened;
        private final StreamRequest asked;
        /** The request that named the stream, which each origin gets that is reached. */
        private final RtspRequest first;

        private final Dials<OriginLink> search;
        private @Nullable Reached reached;

        OriginSide(Session opened, StreamRequest asked, RtspRequest first) {
            this.opened = opened;
            this.asked = asked;
            this.first = first;
            EventLoop loop = channel().eventLoop();
            this.search = new Dials<>(
                    context.router(),
                    Dials.Wanted.by(opened),
                    loop,
                    Dials.Hedging.after(
                            context.settings().originHedgeAfter(), loop, context.clock(), context.originMetrics()),
                    this);
        }

        void clientActive(int bytes) {
            opened.countIn(bytes);
            if (reached != null) {
                reached.relay().clientActive();
            }
        }

        StreamRelay relay() {
            if (reached == null) {
                throw new IllegalStateException("no origin was reached in state " + state());
            }
            return reached.relay();
        }

        @Override
        public Optional<OriginLink> dial(Resolution.Route route) {
            Optional<RtspRequest> question =
                    Dials.Wanted.by(opened).isOpen(route) ? Optional.of(OriginProbe.before(first)) : Optional.empty();
            return Optional.of(new OriginLink(context, route, question, this));
        }

        @Override
        public void answered(OriginLink answering) {
            search.answered(answering);
        }

        @Override
        public void reached(OriginLink link) {
            StreamRelay relay = new StreamRelay(
                    context,
                    opened,
                    asked,
                    new UdpTracks.Client(channel(), clientAddress()),
                    link.channel(),
                    new RelayListener(this, link));
            reached = new Reached(link, relay);
            relay.fromClient(new RtspReader.Input.Message(first), true);
            relay.flushUp();
            resumeInput();
        }

        @Override
        public void abandoned(OriginLink abandoned) {
            forget(abandoned);
        }

        private void forget(OriginLink link) {
            if (reached != null && reached.link() == link) {
                reached.relay().release();
                reached = null;
            }
        }

        @Override
        public void failed(OriginLink failing, OriginObservation observation) {
            forget(failing);
            search.failed(failing, observation);
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            send(WorkerAnswers.refusal(first, 503));
            end(reason, detail);
        }

        @Override
        public void received(int bytes) {
            opened.countOut(bytes);
            relay().originActive();
        }

        @Override
        public void fromOrigin(RtspReader.Input input, boolean wholeNow) {
            relay().fromOrigin(input, wholeNow);
        }

        @Override
        public void readComplete() {
            relay().flushDown();
            resumeInput();
        }

        @Override
        public void lost(CloseReason reason, String detail) {
            end(reason, detail);
        }

        @Override
        public void broken(Throwable cause) {
            end(cause, CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR);
        }

        Optional<String> refusal() {
            return reached == null ? Optional.empty() : reached.relay().refusal();
        }

        void leave() {
            if (reached != null) {
                context.loops().ticker(channel()).remove(reached.relay());
                reached.relay().end();
                reached.link().cancel();
            }
            search.cancel();
        }
    }

    /** The origin that has the client's request, and the relay to it. */
    private record Reached(OriginLink link, StreamRelay relay) {}

    private StreamRelay relay() {
        if (originSide == null) {
            throw new IllegalStateException("no stream was named in state " + state());
        }
        return originSide.relay();
    }

    // ---- relaying

    private final class RelayListener implements StreamRelay.Listener {

        private final OriginSide side;
        private final OriginLink origin;

        RelayListener(OriginSide side, OriginLink origin) {
            this.side = side;
            this.origin = origin;
        }

        @Override
        public void clientAnswered() {
            if (state() == State.SEARCHING) {
                become(State.RELAYING);
                origin.settle();
                side.search.succeeded(origin);
                context.loops().ticker(channel()).add(side.relay());
            }
        }

        @Override
        public void accepted() {
            context.sessions()
                    .relaying(
                            side.opened, origin.route().origin(), origin.route().epoch());
        }

        @Override
        public void resume() {
            resumeInput();
        }

        @Override
        public void over(CloseReason reason, String detail) {
            if (reason == CloseReason.ORIGIN_TIMEOUT) {
                originLags(detail);
            }
            end(reason, detail);
        }

        @Override
        public void originLags(String detail) {
            context.router().failed(origin.timeout(detail));
        }
    }

    /** With what the client sent while it had to wait. */
    private void resumeInput() {
        Reading reading = Reading.of(channel());
        if (state() != State.RELAYING || (!reading.isPausedBy(Reading.Obstacle.SESSION) && !reader.hasUnread())) {
            return;
        }
        takeInput();
        if (state() == State.RELAYING && !relay().isBusy()) {
            relay().flushUp();
            reading.resume(Reading.Obstacle.SESSION);
        }
    }

    // ---- the end

    private void send(RtspResponse answer) {
        ByteBuf bytes = channel().alloc().buffer(256);
        RtspWriter.write(bytes, answer);
        channel().writeAndFlush(bytes);
    }

    /** A stream that its origin has refused ends for that reason, whichever side closes first. */
    @Override
    protected void end(CloseReason why, String what) {
        Optional<String> refusal = originSide == null ? Optional.empty() : originSide.refusal();
        boolean refused = refusal.isPresent()
                && (why.category() == CloseReason.Category.PEER || why.category() == CloseReason.Category.ORIGIN);
        super.end(refused ? CloseReason.ORIGIN_REFUSED_STREAM : why, refused ? refusal.get() : what);
    }

    @Override
    protected void leave() {
        reader.release();
        if (originSide != null) {
            originSide.leave();
        }
        GracefulClose.afterFlush(channel());
    }
}
