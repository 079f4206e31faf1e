package io.millrace.worker.srt.session;

import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtFormatException;
import io.millrace.worker.srt.codec.SrtPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.util.List;

/**
 * A caller's handshake, repeated to an origin: an induction by this worker in the caller's name, then the caller's conclusion as it
 * was, with the cookie that this origin wants to see. So the origin and the caller agree on sequence numbers, latency and keys
 * without us.
 */
public final class OriginHandshake {

    private final Handshake call;
    private final KeptPacket conclusion;
    private final InetAddress origin;
    private Stage stage = Stage.INDUCTION;
    private int cookie;

    /** How far it is. */
    public enum Stage {
        INDUCTION,
        CONCLUSION,
        ANSWERED
    }

    /** What a packet of the origin brought. */
    public enum Received {
        /** Nothing that helps. */
        NOTHING,
        /** There is something new {@link #toSend}. */
        GO_ON,
        ACCEPTED,
        REJECTED
    }

    /**
     * @param call the caller's conclusion, read
     * @param conclusion the same as it came
     * @param origin who will receive it
     */
    public OriginHandshake(Handshake call, KeptPacket conclusion, InetAddress origin) {
        this.call = call;
        this.conclusion = conclusion;
        this.origin = origin;
    }

    public Stage stage() {
        return stage;
    }

    /** What the origin should receive now, and again when it does not answer. The caller of this owns it. */
    public ByteBuf toSend(ByteBufAllocator alloc, long nowNanos) {
        if (stage != Stage.INDUCTION) {
            ByteBuf packet = conclusion.copy(alloc, nowNanos);
            Handshake.putCookie(packet, cookie);
            return packet;
        }
        ByteBuf packet = alloc.buffer(Handshake.SIZE);
        new Handshake(
                        Handshake.VERSION_4,
                        0,
                        Handshake.UDT_DATAGRAM,
                        call.initialSequence(),
                        call.mtu(),
                        call.flowWindow(),
                        Handshake.INDUCTION,
                        call.socketId(),
                        0,
                        origin,
                        List.of())
                .write(packet, 0, 0);
        return packet;
    }

    /**
     * Looks at what the origin sent and leaves it alone.
     *
     * @throws SrtFormatException when that is no origin for SRT
     */
    public Received receive(ByteBuf packet) {
        if (!SrtPacket.isLongEnough(packet)) {
            throw new SrtFormatException("a packet of " + packet.readableBytes() + " bytes");
        }
        if (stage == Stage.ANSWERED
                || !SrtPacket.isControl(packet, SrtPacket.HANDSHAKE)
                || SrtPacket.destination(packet) != call.socketId()) {
            return Received.NOTHING;
        }
        Handshake answer = Handshake.peek(packet);
        if (answer.isRejection()) {
            stage = Stage.ANSWERED;
            return Received.REJECTED;
        }
        return stage == Stage.INDUCTION ? inducted(answer) : concluded(answer);
    }

    private Received inducted(Handshake answer) {
        if (answer.type() != Handshake.INDUCTION) {
            return Received.NOTHING;
        }
        if (answer.version() != Handshake.VERSION_5 || answer.extensionField() != Handshake.MAGIC) {
            throw new SrtFormatException("it does not support version 5 of the handshake");
        }
        cookie = answer.cookie();
        stage = Stage.CONCLUSION;
        return Received.GO_ON;
    }

    private Received concluded(Handshake answer) {
        if (answer.type() != Handshake.CONCLUSION) {
            return Received.NOTHING;
        }
        if (answer.socketId() == 0) {
            throw new SrtFormatException("an answer without a socket id");
        }
        stage = Stage.ANSWERED;
        return Received.ACCEPTED;
    }
}
