package io.millrace.worker.rtmp.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.session.ClientNegotiation;
import io.millrace.worker.rtmp.session.StatusWords;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Receives a client: answers it in time until it has named a stream, keeps what it says from then on until a relay takes that
 * over, and writes refusals.
 */
final class ClientReception {

    private final Channel channel;
    private final RtmpSettings settings;
    private final Consumer<StreamRequest> asked;
    private final BiConsumer<CloseReason, String> late;
    private final ClientNegotiation negotiation;
    private @Nullable ByteBuf received;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable StreamRequest request;

    /**
     * @param asked called when the client has named a stream
     * @param late called when it has not come so far within the limits
     */
    ClientReception(
            Channel channel,
            RtmpSettings settings,
            RandomGenerator random,
            Consumer<StreamRequest> asked,
            BiConsumer<CloseReason, String> late) {
        this.channel = channel;
        this.settings = settings;
        this.asked = asked;
        this.late = late;
        this.negotiation = new ClientNegotiation(random);
    }

    /** The time of the handshake runs from here. */
    void begin() {
        Duration limit = settings.handshakeTimeout();
        setDeadline(limit, CloseReason.PEER_HANDSHAKE_TIMEOUT, "no handshake within " + limit.toMillis() + " ms");
    }

    /** Goes on with the exchange of commands; owns the bytes. */
    void receive(ByteBuf bytes) {
        ByteBuf in = SmallBuffers.joined(channel.alloc(), received, bytes);
        received = in;
        ByteBuf out = channel.alloc().buffer(4_096);
        boolean shookHandsBefore = hasShakenHands();
        Optional<StreamRequest> named;
        try {
            named = negotiation.receive(in, out);
        } finally {
            if (out.isReadable()) {
                channel.writeAndFlush(out);
            } else {
                out.release();
            }
        }
        if (named.isPresent()) {
            cancelDeadline();
            request = named.get();
            asked.accept(named.get());
        } else if (hasShakenHands() && !shookHandsBefore) {
            Duration limit = settings.commandTimeout();
            setDeadline(
                    limit,
                    CloseReason.PEER_COMMAND_TIMEOUT,
                    "neither publish nor play within " + limit.toMillis() + " ms");
        }
    }

    Channel channel() {
        return channel;
    }

    private boolean hasShakenHands() {
        return negotiation.stage().compareTo(ClientNegotiation.Stage.CONNECT) >= 0;
    }

    /** Keeps what comes behind the request; owns it. */
    void keep(ByteBuf bytes) {
        received = SmallBuffers.joined(channel.alloc(), received, bytes);
    }

    boolean hasReceived() {
        return received != null;
    }

    /** What the client has sent; complete once it has asked. */
    ClientNegotiation negotiation() {
        return negotiation;
    }

    /** What the client has sent since it asked; the caller owns it. */
    Optional<ByteBuf> takeKept() {
        ByteBuf kept = received;
        received = null;
        return Optional.ofNullable(kept);
    }

    /** Refuses what the client asked for. */
    void refuse(StatusWords words, String description) {
        StreamRequest refused = request();
        ByteBuf out = channel.alloc().buffer(512);
        words.write(out, negotiation.sendingChunkSize(), refused.intent(), refused.messageStream(), description);
        channel.writeAndFlush(out);
    }

    /** Likewise with the message of the origin that refused it. */
    void refuse(AmfValue.Members originsInfo) {
        ByteBuf out = channel.alloc().buffer(512);
        StatusWords.writeOriginRefusal(
                out, negotiation.sendingChunkSize(), request().messageStream(), originsInfo);
        channel.writeAndFlush(out);
    }

    private StreamRequest request() {
        if (request == null) {
            throw new IllegalStateException("the client has not asked for anything");
        }
        return request;
    }

    /** Nothing more happens here, and what was kept is let go of. */
    void release() {
        cancelDeadline();
        takeKept().ifPresent(ByteBuf::release);
    }

    private void setDeadline(Duration limit, CloseReason reason, String detail) {
        cancelDeadline();
        deadline =
                channel.eventLoop().schedule(() -> late.accept(reason, detail), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
