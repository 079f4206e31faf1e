package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.Opening;
import io.millrace.worker.admin.Session;
import io.millrace.worker.routing.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.session.ClientOpening;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginOpening;
import io.millrace.worker.rtmp.session.StatusWords;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from accept to the end: it opens, names a stream, is brought to an origin (to another one if the first
 * fails), and is relayed. All of it on the client's event loop.
 */
final class RtmpSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(RtmpSession.class);

    /** After so many origins that could not be reached, the client hears of it; it would not wait longer anyway. */
    private static final int MAX_ATTEMPTS = 3;

    /** How long a client gets to read our last words. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

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
    private final ClientOpening opening;
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private State state = State.OPENING;
    private @Nullable Channel client;
    private String clientAddress = "";
    private @Nullable InetAddress clientIp;
    private @Nullable ByteBuf received;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable StreamRequest request;
    private @Nullable KeyedRequest keyed;
    private @Nullable Session session;
    private @Nullable OriginDial dial;
    private @Nullable StreamRelay relay;

    /** @param leftOpening called once, when the connection is no longer one that has named no stream yet */
    RtmpSession(RtmpContext context, Runnable leftOpening) {
        this.context = context;
        this.leftOpening = leftOpening;
        this.opening = new ClientOpening(context.random());
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
        client = ctx.channel();
        if (ctx.channel().remoteAddress() instanceof InetSocketAddress address) {
            clientIp = address.getAddress();
            clientAddress = shown(address);
        }
        Duration limit = context.settings().handshakeTimeout();
        setDeadline(limit, () -> {
            if (opening.stage().compareTo(ClientOpening.Stage.CONNECT) < 0) {
                end(CloseReason.PEER_HANDSHAKE_TIMEOUT, "no handshake within " + limit.toMillis() + " ms");
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case HAProxyMessage header -> realClient(header);
            case ByteBuf bytes -> fromClient(bytes);
            default -> throw new IllegalStateException("unexpected " + message.getClass());
        }
    }

    /** A header without addresses is a health check of the balancer itself: then the balancer is the client. */
    private void realClient(HAProxyMessage header) {
        try {
            String source = header.sourceAddress();
            if (source != null) {
                clientIp = io.netty.util.NetUtil.createInetAddressFromIpAddressString(source);
                clientAddress = shown(new InetSocketAddress(clientIp, header.sourcePort()));
            }
        } finally {
            header.release();
        }
    }

    private void fromClient(ByteBuf bytes) {
        switch (state) {
            case RELAYING -> relay().fromClient(bytes);
            case OPENING -> {
                gather(bytes);
                talk();
            }
            case DIALLING -> gather(bytes);
            case ENDED -> bytes.release();
        }
    }

    private void gather(ByteBuf more) {
        received = SmallBuffers.joined(channel().alloc(), received, more);
    }

    private void talk() {
        ByteBuf in = received;
        if (in == null) {
            return;
        }
        ByteBuf out = channel().alloc().buffer(4_096);
        ClientOpening.Stage before = opening.stage();
        Optional<StreamRequest> asked;
        try {
            asked = opening.receive(in, out);
        } finally {
            if (out.isReadable()) {
                channel().writeAndFlush(out);
            } else {
                out.release();
            }
        }
        if (before.compareTo(ClientOpening.Stage.CONNECT) < 0
                && opening.stage().compareTo(ClientOpening.Stage.CONNECT) >= 0) {
            Duration limit = context.settings().commandTimeout();
            setDeadline(
                    limit,
                    () -> end(
                            CloseReason.PEER_COMMAND_TIMEOUT,
                            "neither publish nor play within " + limit.toMillis() + " ms"));
        }
        asked.ifPresent(this::ask);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == State.RELAYING) {
            relay().clientReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean saidNothing =
                state == State.OPENING && received == null && opening.stage() == ClientOpening.Stage.HELLO;
        if (saidNothing) {
            // A load balancer's probe: nothing to tell anybody.
            become(State.ENDED);
            cleanUp();
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
            case IOException reset -> end(whenReset, String.valueOf(reset.getMessage()));
            case RtmpFormatException malformed -> end(whenMalformed, String.valueOf(malformed.getMessage()));
            case DecoderException malformed -> end(whenMalformed, String.valueOf(malformed.getMessage()));
            default -> {
                LOG.errorf(cause, "A defect of ours ended the session of %s", clientAddress);
                end(CloseReason.INTERNAL_ERROR, cause.toString());
            }
        }
    }

    // ---- looking for an origin

    private void ask(StreamRequest asked) {
        request = asked;
        cancelDeadline();
        KeyedRequest named;
        try {
            named = KeyedRequest.of(asked, context.router().naming());
        } catch (IllegalArgumentException e) {
            refuse(CloseReason.PEER_BAD_NAME, StatusWords.BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        keyed = named;
        Opening opened = context.sessions()
                .open(
                        Protocol.RTMP,
                        asked.intent(),
                        named.key(),
                        clientAddress,
                        (reason, detail) -> channel().eventLoop().execute(() -> end(reason, detail)));
        switch (opened) {
            case Opening.Refused refused -> {
                say(StatusWords.REJECTED, "This server takes no more sessions now: " + refused.detail());
                become(State.ENDED);
                cleanUp();
                closeClient();
            }
            case Opening.Opened accepted -> {
                session = accepted.session();
                become(State.DIALLING);
                channel().config().setAutoRead(false);
                lookForOrigin();
            }
        }
    }

    private void lookForOrigin() {
        Session current = session();
        context.router()
                .resolve(current.stream(), current.intent(), Protocol.RTMP, List.copyOf(failures))
                .whenComplete((resolution, failure) -> channel().eventLoop().execute(() -> {
                    if (state != State.DIALLING) {
                        return;
                    }
                    if (failure != null) {
                        end(failure, CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR);
                        return;
                    }
                    switch (resolution) {
                        case Resolution.Route route -> dial(route);
                        case Resolution.NoRoute nowhere ->
                            refuse(
                                    nowhere.why() == Resolution.Why.NO_ORIGIN && failures.isEmpty()
                                            ? CloseReason.NO_ORIGIN
                                            : CloseReason.ORIGIN_UNREACHABLE,
                                    StatusWords.FAILED,
                                    nowhere.detail());
                    }
                }));
    }

    private void dial(Resolution.Route route) {
        OriginOpening originOpening =
                new OriginOpening(request(), opening.scanner().chunkSize(), context.random());
        OriginDial next =
                new OriginDial(context, route, originOpening, Optional.ofNullable(clientIp), new DialListener());
        dial = next;
        next.start(channel());
    }

    private final class DialListener implements OriginDial.Listener {

        @Override
        public void asked(OriginDial dialled, int originMessageStream, ByteBuf leftover) {
            if (state != State.DIALLING) {
                leftover.release();
                dialled.channel().close();
                return;
            }
            startRelay(dialled, originMessageStream, leftover);
        }

        @Override
        public void refused(OriginDial dialled, AmfValue.Members info) {
            dialled.channel().close();
            ByteBuf out = channel().alloc().buffer(512);
            StatusWords.writeOriginRefusal(
                    out, opening.sendingChunkSize(), request().messageStream(), info);
            channel().writeAndFlush(out);
            end(CloseReason.ORIGIN_REFUSED_STREAM, info.text("code") + " " + info.text("description"));
        }

        @Override
        public void failed(OriginDial dialled, OriginObservation observation) {
            if (state != State.DIALLING) {
                return;
            }
            dial = null;
            context.router().failed(observation);
            failures.add(observation);
            LOG.warnf(
                    "origin failed origin=%s failure=%s detail=\"%s\" session=%s attempt=%d",
                    dialled.route().origin().displayName(),
                    observation.failure().word(),
                    observation.detail(),
                    session().id(),
                    failures.size());
            if (failures.size() < MAX_ATTEMPTS) {
                lookForOrigin();
            } else {
                refuse(
                        CloseReason.ORIGIN_UNREACHABLE,
                        StatusWords.FAILED,
                        failures.size() + " origins could not be reached, the last: " + observation.detail());
            }
        }
    }

    // ---- relaying

    private void startRelay(OriginDial dialled, int originMessageStream, ByteBuf fromOrigin) {
        context.router().succeeded(dialled.route().origin().id());
        Session current = session();
        Channel origin = dialled.channel();
        StreamRelay started = new StreamRelay(
                current,
                context.settings(),
                new StreamRelay.Listener() {
                    @Override
                    public void accepted() {
                        context.sessions()
                                .relaying(
                                        current,
                                        dialled.route().origin(),
                                        dialled.route().epoch());
                    }

                    @Override
                    public void over(CloseReason reason, String detail) {
                        end(reason, detail);
                    }
                },
                channel(),
                opening,
                there(keyed),
                origin,
                dialled.opening(),
                originMessageStream);
        dial = null;
        relay = started;
        become(State.RELAYING);
        context.loops().ticker(channel()).add(started);
        origin.pipeline().replace(dialled, "relay", new OriginEnd());
        ByteBuf fromClient = received;
        received = null;
        try {
            started.resumeDown(dialled.opening());
        } catch (RtmpFormatException e) {
            fromOrigin.release();
            letGoOf(fromClient);
            end(CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        try {
            started.fromOrigin(fromOrigin);
            started.originReadComplete();
        } catch (RtmpFormatException e) {
            letGoOf(fromClient);
            end(CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        if (state != State.RELAYING) {
            letGoOf(fromClient);
            return;
        }
        try {
            started.resumeUp(opening);
            if (fromClient != null) {
                ByteBuf mine = fromClient;
                fromClient = null;
                started.fromClient(mine);
                started.clientReadComplete();
            }
        } catch (RtmpFormatException e) {
            letGoOf(fromClient);
            end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        channel().config().setAutoRead(true);
    }

    private static void letGoOf(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            bytes.release();
        }
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
            if (cause instanceof IOException) {
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
        say(words, description);
        end(reason, description);
    }

    private void say(StatusWords words, String description) {
        ByteBuf out = channel().alloc().buffer(512);
        StreamRequest asked = request();
        words.write(out, opening.sendingChunkSize(), asked.intent(), asked.messageStream(), description);
        channel().writeAndFlush(out);
    }

    private void end(CloseReason reason, String detail) {
        if (state == State.ENDED) {
            return;
        }
        become(State.ENDED);
        if (session != null) {
            context.sessions().close(session, reason, detail);
        } else {
            context.sessions().rejected(Protocol.RTMP, reason, clientAddress, detail);
        }
        cleanUp();
        closeClient();
    }

    private void cleanUp() {
        cancelDeadline();
        if (received != null) {
            received.release();
            received = null;
        }
        if (dial != null) {
            dial.cancel();
            dial = null;
        }
        if (relay != null) {
            context.loops().ticker(channel()).remove(relay);
            relay.release();
            closeAfterFlush(relay.origin());
        }
    }

    private void closeClient() {
        closeAfterFlush(channel());
    }

    /** What is still on its way gets there, unless the other side does not read it in time. */
    private static void closeAfterFlush(Channel channel) {
        if (!channel.isActive()) {
            channel.close();
            return;
        }
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        ScheduledFuture<?> force =
                channel.eventLoop().schedule(() -> channel.close(), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> force.cancel(false));
    }

    private void setDeadline(Duration limit, Runnable late) {
        cancelDeadline();
        deadline = channel().eventLoop().schedule(late, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    // ---- what is there once its state is reached

    private Channel channel() {
        return there(client);
    }

    private StreamRequest request() {
        return there(request);
    }

    private Session session() {
        return there(session);
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

    private static String shown(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip == null ? address.getHostString() : ip.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
