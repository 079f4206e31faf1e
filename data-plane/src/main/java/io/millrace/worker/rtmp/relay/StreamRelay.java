package io.millrace.worker.rtmp.relay;

import io.millrace.model.Intent;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.net.flow.HeldBack;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.codec.AggregateFollower;
import io.millrace.worker.rtmp.codec.ChunkForwarder;
import io.millrace.worker.rtmp.codec.ChunkForwarder.Treatment;
import io.millrace.worker.rtmp.codec.ChunkStream;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.CommandName;
import io.millrace.worker.rtmp.codec.ControlMessages;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.session.ClientNegotiation;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginNegotiation;
import io.millrace.worker.rtmp.session.RepeatedNaming;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;

/**
 * A stream between a client and an origin that both know what they want. Bytes pass through; what ends at us are the messages
 * that concern one connection only (acknowledgements and their windows), and those that name a message stream which the two
 * sides number differently.
 */
final class StreamRelay implements Ticking {

    /** What a relay tells its session. */
    interface Listener {

        /** The origin said yes, or simply began to send. */
        void accepted();

        void over(CloseReason reason, String detail);

        /** The origin takes what is published more slowly than it comes; told again and again while that lasts. */
        void originLags(String detail);
    }

    private final Session session;
    private final RtmpSettings settings;
    private final Listener listener;
    private final KeyedRequest asked;
    private final Channel origin;
    private final RelayDirection up;
    private final RelayDirection down;
    private final int clientMessageStream;
    private final int originMessageStream;
    private boolean accepted;
    private String refusal = "";
    private final HeldBack heldBack = new HeldBack();

    StreamRelay(
            Session session,
            RtmpSettings settings,
            Listener listener,
            Channel client,
            ClientNegotiation clientNegotiation,
            KeyedRequest asked,
            Channel origin,
            OriginNegotiation originNegotiation,
            int originMessageStream) {
        this.session = session;
        this.settings = settings;
        this.listener = listener;
        this.asked = asked;
        this.origin = origin;
        this.clientMessageStream = asked.request().messageStream();
        this.originMessageStream = originMessageStream;
        this.up = new RelayDirection(
                client,
                clientNegotiation.scanner(),
                clientMessageStream,
                origin,
                originMessageStream,
                clientNegotiation.ackWindow(),
                new ClientWatcher());
        this.down = new RelayDirection(
                origin,
                originNegotiation.scanner(),
                originMessageStream,
                client,
                clientMessageStream,
                originNegotiation.ackWindow(),
                new OriginWatcher());
        if (originNegotiation.scanner().chunkSize() != ClientNegotiation.OUR_CHUNK_SIZE) {
            down.announceChunkSize();
        }
    }

    /**
     * Goes on with what the client had begun to send before the relay began.
     *
     * @param since what it has sent since; owned
     */
    void resumeUp(ClientNegotiation clientNegotiation, Optional<ByteBuf> since) {
        try {
            up.resume(clientNegotiation.assembler());
        } catch (RtmpFormatException e) {
            since.ifPresent(ByteBuf::release);
            throw e;
        }
        if (since.isPresent()) {
            fromClient(since.get());
            clientReadComplete();
        }
    }

    /** Likewise the origin. */
    void resumeDown(OriginNegotiation originNegotiation, ByteBuf since) {
        try {
            down.resume(originNegotiation.assembler());
        } catch (RtmpFormatException e) {
            since.release();
            throw e;
        }
        fromOrigin(since);
        originReadComplete();
    }

    /** Bytes from the client; owns them. */
    void fromClient(ByteBuf bytes) {
        session.countIn(bytes.readableBytes());
        up.forward(bytes);
        if (up.owesAcknowledgement()) {
            up.acknowledge(down);
        }
    }

    /** Bytes from the origin; owns them. */
    void fromOrigin(ByteBuf bytes) {
        session.countOut(bytes.readableBytes());
        down.forward(bytes);
        if (down.owesAcknowledgement()) {
            down.acknowledge(up);
        }
    }

    void clientReadComplete() {
        countStall(up.flush());
    }

    void originReadComplete() {
        countStall(down.flush());
    }

    private void countStall(boolean stalled) {
        if (stalled) {
            session.countStall();
        }
    }

    /** What the origin said against the stream, if it did. */
    Optional<String> refusal() {
        return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
    }

    boolean isAccepted() {
        return accepted;
    }

    @Override
    public void tick(long nowNanos) {
        reportLag(nowNanos);
        long quietUp = up.quietForNanos(nowNanos);
        long quietDown = down.quietForNanos(nowNanos);
        if (isLonger(down.stalledForNanos(nowNanos), settings.stallTimeout())) {
            listener.over(
                    CloseReason.PEER_STALLED,
                    "it read nothing for " + settings.stallTimeout().toSeconds() + " s");
        } else if (isLonger(up.stalledForNanos(nowNanos), settings.stallTimeout())) {
            listener.over(
                    CloseReason.ORIGIN_TIMEOUT,
                    "the origin read nothing for " + settings.stallTimeout().toSeconds() + " s");
        } else if (session.intent() == Intent.PUBLISH && isLonger(quietUp, settings.publishIdleTimeout())) {
            listener.over(
                    CloseReason.PEER_IDLE,
                    "it published nothing for " + settings.publishIdleTimeout().toSeconds() + " s");
        } else if (session.intent() == Intent.PLAY && isLonger(quietDown, settings.playIdleTimeout())) {
            listener.over(
                    CloseReason.PEER_IDLE,
                    "there was nothing to play for "
                            + settings.playIdleTimeout().toSeconds() + " s");
        }
    }

    private void reportLag(long nowNanos) {
        long waiting = session.intent() == Intent.PUBLISH ? up.heldBackForNanos(nowNanos) : 0;
        if (heldBack.isNews(waiting)) {
            listener.originLags(HeldBack.detail(waiting));
        }
    }

    private static boolean isLonger(long nanos, Duration limit) {
        return nanos > limit.toNanos();
    }

    Channel origin() {
        return origin;
    }

    private void accept() {
        if (!accepted) {
            accepted = true;
            listener.accepted();
        }
    }

    private boolean sidesNumberStreamsAlike() {
        return clientMessageStream == originMessageStream;
    }

    /** What both watchers do alike. */
    private abstract class SideWatcher implements ChunkForwarder.Watcher {

        @Override
        public Treatment begins(ChunkStream message) {
            return switch (message.messageType()) {
                case MessageType.AUDIO -> {
                    session.countAudioFrame();
                    yield media();
                }
                case MessageType.VIDEO -> {
                    session.countVideoFrame();
                    yield media();
                }
                case MessageType.ACKNOWLEDGEMENT, MessageType.WINDOW_ACK_SIZE, MessageType.SET_PEER_BANDWIDTH ->
                    Treatment.CONSUME;
                case MessageType.USER_CONTROL -> sidesNumberStreamsAlike() ? Treatment.FORWARD : Treatment.CHANGE;
                default -> other(message);
            };
        }

        @Override
        public void whole(ChunkStream message, ByteBuf payload) {
            switch (message.messageType()) {
                case MessageType.WINDOW_ACK_SIZE ->
                    thisWay().ackWindow(ControlMessages.peekInt(message.messageType(), payload));
                case MessageType.USER_CONTROL -> renumber(payload);
                case MessageType.ACKNOWLEDGEMENT, MessageType.SET_PEER_BANDWIDTH -> {
                    // Of one hop: they end here.
                }
                default -> seen(message, payload);
            }
        }

        /** A user control event that names the message stream gets the other side's number of it. */
        private void renumber(ByteBuf event) {
            boolean namesStream = event.readableBytes() >= 6
                    && event.getUnsignedShort(0) < ControlMessages.EVENT_PING_REQUEST
                    && event.getInt(2) == hereMessageStream();
            if (namesStream) {
                event.setInt(2, thereMessageStream());
            }
        }

        abstract RelayDirection thisWay();

        abstract int hereMessageStream();

        abstract int thereMessageStream();

        abstract Treatment media();

        /** What to do with a message that is neither media nor of one connection only. */
        abstract Treatment other(ChunkStream message);

        /** Such a message is whole. */
        abstract void seen(ChunkStream message, ByteBuf payload);
    }

    /**
     * Sees to it that a connection stays with its stream: the origin must not find a publish or play of another one in what it
     * reads, in whatever form. What offends ends the session before the last chunk of it goes out.
     */
    private final class ClientWatcher extends SideWatcher {

        private final AggregateFollower aggregates = new AggregateFollower();

        @Override
        RelayDirection thisWay() {
            return up;
        }

        @Override
        int hereMessageStream() {
            return clientMessageStream;
        }

        @Override
        int thereMessageStream() {
            return originMessageStream;
        }

        @Override
        Treatment media() {
            return Treatment.FORWARD;
        }

        @Override
        Treatment other(ChunkStream message) {
            if (message.messageType() == MessageType.AGGREGATE) {
                aggregates.begins(message);
                return Treatment.TRACE;
            }
            return CommandName.isCarriedBy(message.messageType()) ? Treatment.INSPECT : Treatment.FORWARD;
        }

        @Override
        void seen(ChunkStream message, ByteBuf payload) {
            Optional<String> named = RepeatedNaming.of(message.messageType(), payload);
            if (named.isPresent() && !asked.isRepeatedBy(named.get())) {
                throw new RtmpFormatException(
                        "it asked for a second stream on one connection; open a connection for each stream");
            }
        }

        @Override
        public void piece(ChunkStream message, ByteBuf piece) {
            aggregates.follow(message, piece);
        }

        @Override
        public void aborts(ChunkStream unfinished) {
            throw new RtmpFormatException("it aborts a message of type " + unfinished.messageType()
                    + " under way, which origins do not support");
        }
    }

    private final class OriginWatcher extends SideWatcher {

        @Override
        RelayDirection thisWay() {
            return down;
        }

        @Override
        int hereMessageStream() {
            return originMessageStream;
        }

        @Override
        int thereMessageStream() {
            return clientMessageStream;
        }

        @Override
        Treatment media() {
            accept();
            return Treatment.FORWARD;
        }

        @Override
        Treatment other(ChunkStream message) {
            return Command.isCommand(message.messageType()) ? Treatment.INSPECT : Treatment.FORWARD;
        }

        @Override
        void seen(ChunkStream message, ByteBuf payload) {
            try {
                command(Command.peek(message.messageType(), payload));
            } catch (RtmpFormatException e) {
                // It is forwarded as it is; whether the client can read it is not for us to say.
                return;
            }
        }

        private void command(Command command) {
            if (!command.name().equals("onStatus")) {
                return;
            }
            if (command.info().text("level").equals("error")) {
                refusal = command.info().text("code") + " " + command.info().text("description");
            } else {
                accept();
            }
        }
    }
}
