package io.millrace.worker.rtsp.relay;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionHandle;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.memory.KeptInput;
import io.millrace.worker.net.memory.OverBudgetException;
import io.millrace.worker.routing.resolve.Dials;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.RtspWriter;
import io.millrace.worker.rtsp.session.OriginQuestion;
import io.millrace.worker.rtsp.session.OurAnswers;
import io.millrace.worker.rtsp.session.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from accept to the end: it names a stream, is brought to an origin (to another one if the first does not
 * answer), and is relayed. All of it on the client's event loop.
 */
final class RtspSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(RtspSession.class);

    /** Where a session is. */
    private enum State {
        /** The client talks to us alone. */
        OPENING,
        /** We look for an origin, and no origin has answered. */
        SEARCHING,
        RELAYING,
        ENDED
    }

    private final RtspContext context;
    private final Runnable leftOpening;
    private final RtspReader reader = new RtspReader();
    private KeptInput kept = KeptInput.NONE;
    private State state = State.OPENING;
    private boolean heardAnything;
    private ClientAddress clientAddress = ClientAddress.UNKNOWN;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable Session session;

    /** The request that named the stream, as long as another origin may have to hear it. */
    private @Nullable RtspRequest first;

    private @Nullable Dials<OriginLink> search;

    /** Where the origin hears of the client. */
    private @Nullable OriginLink link;

    private @Nullable StreamRelay relay;

    /** @param leftOpening called once, when the connection is no longer one that has named no stream yet */
    RtspSession(RtspContext context, Runnable leftOpening) {
        this.context = context;
        this.leftOpening = leftOpening;
    }

    private void become(State next) {
        if (next.compareTo(state) <= 0) {
            throw new IllegalStateException(state + " cannot become " + next);
        }
        if (state == State.OPENING) {
            leftOpening.run();
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
        state = next;
    }

    // ---- the client's connection

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        kept = KeptInput.of(ctx.channel());
        clientAddress = ClientAddress.of(ctx.channel());
        Duration limit = context.settings().requestTimeout();
        deadline = ctx.executor().schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void late() {
        end(
                heardAnything ? CloseReason.PEER_COMMAND_TIMEOUT : CloseReason.PEER_HANDSHAKE_TIMEOUT,
                "no stream named within " + context.settings().requestTimeout().toMillis() + " ms");
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state == State.ENDED) {
            bytes.release();
            return;
        }
        if (state == State.OPENING) {
            heardAnything = true;
            // A balancer's header in front of this may have told it by now.
            clientAddress = ClientAddress.of(ctx.channel());
        }
        int length = bytes.readableBytes();
        if (session != null) {
            session.countIn(length);
        }
        if (relay != null) {
            relay.heardClient();
        }
        reader.feed(bytes);
        takeInput();
    }

    /** Goes on with what the client said, as far as that can be done now. */
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
        return switch (state) {
            case OPENING -> true;
            case RELAYING -> !relay().isBusy();
            case SEARCHING, ENDED -> false;
        };
    }

    private void fromClient(RtspReader.Input input) {
        if (state == State.RELAYING) {
            relay().fromClient(input, reader.isBetween());
            return;
        }
        switch (input) {
            case RtspReader.Input.Frames(var bytes) -> {
                bytes.release();
                throw new RtspFormatException("media before a stream was named");
            }
            case RtspReader.Input.Message(RtspRequest request) -> opening(request);
            case RtspReader.Input.Message(RtspResponse response) ->
                throw new RtspFormatException("an answer to nothing");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == State.RELAYING) {
            relay().flushUp();
        }
        if (state == State.SEARCHING || (state == State.RELAYING && relay().isBusy())) {
            Reading.of(ctx.channel()).pause(Reading.Obstacle.SESSION);
        }
    }

    private void malformed(RtspFormatException e) {
        if (state == State.OPENING) {
            say(OurAnswers.malformed(e.status()));
        }
        end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.OPENING && !heardAnything) {
            // A load balancer's probe: nothing to tell anybody.
            become(State.ENDED);
            leave();
            return;
        }
        end(CloseReason.PEER_CLOSED, "");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case OverBudgetException shed -> end(CloseReason.MEMORY_FULL, String.valueOf(shed.getMessage()));
            case IOException reset -> end(CloseReason.PEER_RESET, String.valueOf(reset.getMessage()));
            case DecoderException malformed ->
                end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(malformed.getMessage()));
            default -> defect(cause);
        }
    }

    private void defect(Throwable cause) {
        LOG.errorf(cause, "A defect of ours ended the session of %s", clientAddress.shown());
        end(CloseReason.INTERNAL_ERROR, cause.toString());
    }

    // ---- from the request to an origin

    private void opening(RtspRequest request) {
        if (request.cseq().isEmpty()) {
            throw new RtspFormatException("a request without CSeq");
        }
        Optional<Intent> intent = StreamRequest.intentOf(request);
        if (request.is("OPTIONS")) {
            say(OurAnswers.options(request));
        } else if (intent.isEmpty()) {
            say(OurAnswers.refusal(request, OurAnswers.statusBeforeStream(request)));
        } else {
            named(request, intent.get());
        }
    }

    private void named(RtspRequest request, Intent intent) {
        StreamRequest asked;
        try {
            asked = StreamRequest.of(request, intent, context.router().naming());
        } catch (IllegalArgumentException e) {
            say(OurAnswers.refusal(request, 400));
            end(CloseReason.PEER_BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        SessionHandle door = (reason, detail) -> channel().eventLoop().execute(() -> end(reason, detail));
        OpenResult opened = context.sessions().open(Protocol.RTSP, intent, asked.key(), clientAddress.shown(), door);
        switch (opened) {
            case OpenResult.Refused _ -> {
                say(OurAnswers.refusal(request, 503));
                become(State.ENDED);
                leave();
            }
            case OpenResult.Opened accepted -> {
                session = accepted.session();
                first = request;
                become(State.SEARCHING);
                Reading.of(channel()).pause(Reading.Obstacle.SESSION);
                search(accepted.session(), asked);
            }
        }
    }

    private void search(Session opened, StreamRequest asked) {
        Dials<OriginLink> started = new Dials<>(
                context.router(),
                Dials.Wanted.by(opened),
                channel().eventLoop(),
                Dials.Hedging.after(
                        context.settings().originHedgeAfter(),
                        channel().eventLoop(),
                        context.clock(),
                        context.originMetrics()),
                new OriginSide(opened, asked));
        search = started;
        started.start();
    }

    /** What happens at the origins that the session may be brought to, and at the one that it was brought to. */
    private final class OriginSide implements Dials.Owner<OriginLink>, OriginLink.Listener {

        private final Session opened;
        private final StreamRequest asked;

        OriginSide(Session opened, StreamRequest asked) {
            this.opened = opened;
            this.asked = asked;
        }

        @Override
        public Optional<OriginLink> dial(Resolution.Route route) {
            Optional<RtspRequest> question = Dials.Wanted.by(opened).isOpen(route)
                    ? Optional.of(OriginQuestion.before(there(first)))
                    : Optional.empty();
            return Optional.of(new OriginLink(context, route, question, this));
        }

        @Override
        public void answered(OriginLink answering) {
            there(search).answered(answering);
        }

        @Override
        public void reached(OriginLink reached) {
            link = reached;
            StreamRelay started = new StreamRelay(
                    context,
                    opened,
                    asked,
                    new UdpTracks.Client(channel(), clientAddress),
                    reached.channel(),
                    new RelayListener(opened, reached));
            relay = started;
            started.fromClient(new RtspReader.Input.Message(there(first)), true);
            started.flushUp();
            RtspSession.this.goOn();
        }

        @Override
        public void abandoned(OriginLink abandoned) {
            forget(abandoned);
        }

        private void forget(OriginLink gone) {
            if (link == gone) {
                link = null;
                if (relay != null) {
                    relay.release();
                    relay = null;
                }
            }
        }

        @Override
        public void failed(OriginLink failing, OriginObservation observation) {
            forget(failing);
            there(search).failed(failing, observation);
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            say(OurAnswers.refusal(there(first), 503));
            end(reason, detail);
        }

        @Override
        public void heard(int bytes) {
            opened.countOut(bytes);
            relay().heardOrigin();
        }

        @Override
        public void fromOrigin(RtspReader.Input input, boolean wholeNow) {
            relay().fromOrigin(input, wholeNow);
        }

        @Override
        public void readComplete() {
            relay().flushDown();
            goOn();
        }

        @Override
        public void lost(CloseReason reason, String detail) {
            end(reason, detail);
        }

        @Override
        public void broken(Throwable defect) {
            defect(defect);
        }
    }

    // ---- relaying

    private final class RelayListener implements StreamRelay.Listener {

        private final Session opened;
        private final OriginLink origin;

        RelayListener(Session opened, OriginLink origin) {
            this.opened = opened;
            this.origin = origin;
        }

        @Override
        public void clientAnswered() {
            if (state == State.SEARCHING) {
                become(State.RELAYING);
                first = null;
                origin.settle();
                there(search).succeeded(origin);
                context.loops().ticker(channel()).add(relay());
            }
        }

        @Override
        public void accepted() {
            context.sessions()
                    .relaying(opened, origin.route().origin(), origin.route().epoch());
        }

        @Override
        public void resume() {
            goOn();
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

    /** With what the client said while it had to wait. */
    private void goOn() {
        Reading reading = Reading.of(channel());
        if (state != State.RELAYING || (!reading.isPausedBy(Reading.Obstacle.SESSION) && !reader.hasUnread())) {
            return;
        }
        takeInput();
        if (state == State.RELAYING && !relay().isBusy()) {
            relay().flushUp();
            reading.resume(Reading.Obstacle.SESSION);
        }
    }

    // ---- the end

    private void say(RtspResponse answer) {
        ByteBuf bytes = channel().alloc().buffer(256);
        RtspWriter.write(bytes, answer);
        channel().writeAndFlush(bytes);
    }

    private void end(CloseReason why, String what) {
        if (state == State.ENDED) {
            return;
        }
        become(State.ENDED);
        Optional<String> refusal = Optional.ofNullable(relay).flatMap(StreamRelay::refusal);
        boolean refused = refusal.isPresent()
                && (why.category() == CloseReason.Category.PEER || why.category() == CloseReason.Category.ORIGIN);
        CloseReason reason = refused ? CloseReason.ORIGIN_REFUSED_STREAM : why;
        String detail = refused ? refusal.get() : what;
        if (session != null) {
            context.sessions().close(session, reason, detail);
        } else {
            context.sessions().rejected(Protocol.RTSP, reason, clientAddress.shown(), detail);
        }
        leave();
    }

    private void leave() {
        reader.release();
        if (relay != null) {
            context.loops().ticker(channel()).remove(relay);
            relay.end();
        }
        if (search != null) {
            search.cancel();
        }
        if (link != null) {
            link.cancel();
        }
        GracefulClose.afterFlush(channel());
    }

    // ---- what is there once its state is reached

    private Channel channel() {
        return there(channel);
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
