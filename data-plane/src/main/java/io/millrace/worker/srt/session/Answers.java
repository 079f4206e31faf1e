package io.millrace.worker.srt.session;

import io.millrace.worker.srt.codec.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.util.List;

/** What the worker itself answers to callers. Never longer than what they sent. Any thread. */
public final class Answers {

    /** Key lengths that may be advertised, in units of 8 bytes. */
    private static final List<Integer> KEY_LENGTHS = List.of(2, 3, 4);

    private Answers() {}

    /** The answer to an induction; nothing is kept of it. The caller of this owns the packet. */
    public static ByteBuf toInduction(ByteBufAllocator alloc, Handshake induction, int cookie, InetAddress caller) {
        // What key length the origin would like is not known yet, so the caller gets its own wish.
        int encryption = KEY_LENGTHS.contains(induction.encryption()) ? induction.encryption() : 0;
        return answer(
                alloc,
                induction,
                Handshake.VERSION_5,
                encryption,
                Handshake.MAGIC,
                Handshake.INDUCTION,
                cookie,
                caller);
    }

    /** The caller of this owns the packet. */
    public static ByteBuf rejection(ByteBufAllocator alloc, Handshake conclusion, Rejection why, InetAddress caller) {
        return answer(alloc, conclusion, conclusion.version(), 0, 0, why.handshakeType(), conclusion.cookie(), caller);
    }

    private static ByteBuf answer(
            ByteBufAllocator alloc,
            Handshake to,
            int version,
            int encryption,
            int extensionField,
            int type,
            int cookie,
            InetAddress caller) {
        ByteBuf packet = alloc.buffer(Handshake.SIZE);
        new Handshake(
                        version,
                        encryption,
                        extensionField,
                        to.initialSequence(),
                        to.mtu(),
                        to.flowWindow(),
                        type,
                        to.socketId(),
                        cookie,
                        caller,
                        List.of())
                .write(packet, 0, to.socketId());
        return packet;
    }
}
