package io.millrace.worker.net.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Reads a batch of datagrams with one call into the kernel, and calls again only if the batch was full. Netty's own would call until
 * nothing is left, and each call prepares the whole batch, however little comes: for a frame of video as many
 * calls in vain as calls that brought something. Needs level-triggered events, which repeat for what was left.
 */
final class DatagramReads implements RecvByteBufAllocator {

    /** One socket that is flooded does not keep the loop from the others for longer. */
    private static final int MAX_BATCHES = 8;

    private final int bytes;
    private final int batch;

    /**
     * @param datagram what the longest datagram takes
     * @param batch as many at most are read with one call
     */
    DatagramReads(int datagram, int batch) {
        this.bytes = datagram * batch;
        this.batch = batch;
    }

    @Override
    public ExtendedHandle newHandle() {
        return new Batches();
    }

    private final class Batches implements ExtendedHandle {

        private int attempted;
        private int read;
        private int datagrams;
        private int batches;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.directBuffer(bytes);
        }

        @Override
        public int guess() {
            return bytes;
        }

        @Override
        public void reset(ChannelConfig config) {
            datagrams = 0;
            batches = 0;
            read = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            datagrams = count;
            batches++;
        }

        @Override
        public void lastBytesRead(int count) {
            read = count;
        }

        @Override
        public int lastBytesRead() {
            return read;
        }

        @Override
        public void attemptedBytesRead(int count) {
            attempted = count;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return datagrams >= batch && batches < MAX_BATCHES;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return continueReading();
        }

        @Override
        public void readComplete() {
            datagrams = 0;
        }
    }
}
