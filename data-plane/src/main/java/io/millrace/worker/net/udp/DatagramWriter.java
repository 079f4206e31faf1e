package io.millrace.worker.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Writes datagrams to one socket. A run of them to one address, all of one size but perhaps the last, goes through the kernel as one
 * (UDP_SEGMENT) and becomes single datagrams again behind it: a frame of video costs one way through the network stack instead of
 * ten. Lives on the socket's event loop; what was written leaves with {@link #flush}, or earlier when much of it waits, but never in
 * the middle of a run.
 */
public final class DatagramWriter {

    private static final Logger LOG = Logger.getLogger(DatagramWriter.class);

    private static final InetSocketAddress NONE = InetSocketAddress.createUnresolved("", 0);

    /** The kernel takes 64 and not more than a datagram's bytes; a run this long has saved nearly all that can be saved. */
    private static final int LONGEST_RUN = 32;

    private static final int MOST_BYTES = 32 * 1024;

    /** More at once would no longer be in the processor's cache when the kernel copies it. */
    private static final int MAX_UNFLUSHED = 32;

    /** Off for good, and for all sockets, once a device refused: those without offload for checksums do. */
    private static final AtomicBoolean DEVICES_SEGMENT =
            new AtomicBoolean(EpollDatagramChannel.isSegmentedDatagramPacketSupported());

    private final Channel socket;
    private final AtomicBoolean mayJoin;
    private final List<ByteBuf> run = new ArrayList<>(LONGEST_RUN);
    private final ChannelFutureListener afterRun = this::runWritten;
    private InetSocketAddress to = NONE;
    private int segment;
    private int bytes;
    private int unflushed;

    public DatagramWriter(Channel socket) {
        this(socket, socket instanceof EpollDatagramChannel ? DEVICES_SEGMENT : new AtomicBoolean());
    }

    /** @param mayJoin whether runs are joined; set to false when that turns out not to work */
    DatagramWriter(Channel socket, AtomicBoolean mayJoin) {
        this.socket = socket;
        this.mayJoin = mayJoin;
    }

    /** Owns the datagram. */
    public void write(InetSocketAddress recipient, ByteBuf datagram) {
        int length = datagram.readableBytes();
        if (!run.isEmpty() && !continuesRun(recipient, length)) {
            writeRun();
        }
        if (run.isEmpty()) {
            to = recipient;
            segment = length;
            bytes = 0;
        }
        run.add(datagram);
        bytes += length;
        // A shorter one can only be the last.
        if (length < segment || !mayJoin.get()) {
            writeRun();
        }
    }

    private boolean continuesRun(InetSocketAddress recipient, int length) {
        return recipient.equals(to) && length <= segment && run.size() < LONGEST_RUN && bytes + length <= MOST_BYTES;
    }

    /**
     * Copies a run: what was just read is in the processor's cache, and to keep ten slices together until the kernel has gathered them
     * was measured to cost more.
     */
    private void writeRun() {
        if (run.size() == 1) {
            socket.write(new DatagramPacket(run.getFirst(), to), socket.voidPromise());
        } else {
            ByteBuf joined = RunBuffer.ofThread().joined(run, bytes);
            socket.write(new SegmentedDatagramPacket(joined, segment, to)).addListener(afterRun);
        }
        unflushed += run.size();
        run.clear();
        if (unflushed >= MAX_UNFLUSHED) {
            flushRuns();
        }
    }

    private void flushRuns() {
        unflushed = 0;
        socket.flush();
    }

    private void runWritten(ChannelFuture written) {
        if (written.isSuccess() || !socket.isOpen()) {
            return;
        }
        if (isRefusal(written.cause())) {
            // Of a peer that is gone, which says nothing of the system; single datagrams tell the handlers likewise.
            socket.pipeline().fireExceptionCaught(written.cause());
        } else if (mayJoin.compareAndSet(true, false)) {
            LOG.warnf("UDP segmentation disabled, datagrams are sent one by one: %s", written.cause());
        }
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof PortUnreachableException
                || (cause instanceof Errors.NativeIoException failed
                        && failed.expectedErr() == Errors.ERROR_ECONNREFUSED_NEGATIVE);
    }

    /** Sends all that was written. */
    public void flush() {
        if (!run.isEmpty()) {
            writeRun();
        }
        flushRuns();
    }

    /** Forgets what was not flushed; the socket is closed. */
    public void release() {
        run.forEach(ByteBuf::release);
        run.clear();
    }
}
