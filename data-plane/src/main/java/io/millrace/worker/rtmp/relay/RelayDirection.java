package io.millrace.worker.rtmp.relay;

import io.millrace.worker.net.flow.SilenceClock;
import io.millrace.worker.net.flow.Valve;
import io.millrace.worker.rtmp.codec.ChunkForwarder;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.MessageAssembler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** One way of a relay: what the source sends goes to the sink, no faster than the sink takes it. */
final class RelayDirection {

    private final Channel sink;
    private final Valve valve;
    private final ChunkForwarder forwarder;
    private final SilenceClock silence = new SilenceClock();
    private int ackWindow;
    private int received;
    private int acknowledged;

    /** @param ackWindow after how many bytes the source wants an acknowledgement; 0 for never */
    RelayDirection(
            Channel source,
            ChunkScanner scanner,
            int sourceMessageStream,
            Channel sink,
            int sinkMessageStream,
            int ackWindow,
            ChunkForwarder.Watcher watcher) {
        this.sink = sink;
        this.ackWindow = ackWindow;
        this.valve = new Valve(source, sink);
        this.forwarder = new ChunkForwarder(
                scanner,
                watcher,
                bytes -> sink.write(bytes, sink.voidPromise()),
                sourceMessageStream,
                sinkMessageStream);
    }

    void resume(MessageAssembler assembler) {
        forwarder.resume(assembler);
    }

    /** Forwards what was read, without flushing; owns it. */
    void forward(ByteBuf bytes) {
        int length = bytes.readableBytes();
        received += length;
        silence.activity();
        forwarder.forward(bytes);
    }

    /**
     * Sends what was forwarded.
     *
     * @return whether the sink did not take it, so that reading stopped
     */
    boolean flush() {
        sink.flush();
        return valve.afterFlush();
    }

    void ackWindow(int bytes) {
        ackWindow = bytes;
    }

    /** Whether the source is due an acknowledgement: at half its window, so that it never has to wait. */
    boolean owesAcknowledgement() {
        return ackWindow > 0 && received - acknowledged >= ackWindow / 2;
    }

    /** Writes that acknowledgement to the source, through the direction that leads there. */
    void acknowledge(RelayDirection wayBack) {
        acknowledged = received;
        wayBack.forwarder.acknowledge(received);
        wayBack.sink.flush();
    }

    /** Tells the sink the source's chunk size; before anything is forwarded. */
    void announceChunkSize() {
        forwarder.announceChunkSize();
        sink.flush();
    }

    /** How long the source has sent nothing although it could; looked at once per tick. */
    long quietForNanos(long nowNanos) {
        if (valve.isShut()) {
            silence.activity();
        }
        return silence.silentForNanos(nowNanos);
    }

    /** How long the source has had to wait for the sink. */
    long heldBackForNanos(long nowNanos) {
        return valve.shutForNanos(nowNanos);
    }

    /** How long the sink has taken nothing although something waits for it. */
    long stalledForNanos(long nowNanos) {
        return valve.stalledForNanos(nowNanos);
    }
}
