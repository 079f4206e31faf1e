package io.millrace.worker.srt.session;

import io.millrace.worker.srt.codec.SrtPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A handshake that is sent on later, and perhaps more than once. Its receiver takes the timestamp for the sender's time of now and
 * plays the stream out by that, so each copy is as much later than the original as it is sent later.
 */
public final class KeptPacket {

    private final byte[] bytes;
    private final int timestamp;
    private final long receivedNanos;

    private KeptPacket(byte[] bytes, long receivedNanos) {
        this.bytes = bytes;
        this.timestamp = SrtPacket.timestamp(Unpooled.wrappedBuffer(bytes));
        this.receivedNanos = receivedNanos;
    }

    /** Looks at the packet and leaves it alone. */
    public static KeptPacket borrow(ByteBuf packet, long nowNanos) {
        return new KeptPacket(ByteBufUtil.getBytes(packet), nowNanos);
    }

    /** @param change what is to be different from now on; it gets the packet as a buffer over what is kept */
    public KeptPacket changed(Consumer<ByteBuf> change) {
        byte[] copy = bytes.clone();
        change.accept(Unpooled.wrappedBuffer(copy));
        return new KeptPacket(copy, receivedNanos);
    }

    /** The caller owns the copy. */
    public ByteBuf copy(ByteBufAllocator alloc, long nowNanos) {
        ByteBuf copy = alloc.buffer(bytes.length).writeBytes(bytes);
        SrtPacket.putTimestamp(copy, timestamp + (int) TimeUnit.NANOSECONDS.toMicros(nowNanos - receivedNanos));
        return copy;
    }
}
