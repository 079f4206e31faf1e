package io.millrace.worker.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes datagrams to one socket. A run of them to one address, all of one size but perhaps the last, goes through the kernel as one
 * (UDP_SEGMENT) and becomes single datagrams again behind it: a frame of video costs one way through the network stack instead of
 * ten. Lives on the socket's event loop; nothing leaves before {@link #flush}.
 */
public final class DatagramWriter {

    private static final Logger LOG = Logger.getLogger(DatagramWriter.class);

    /** The kernel takes 64 and not more than a datagram's bytes; a run this long has saved nearly all that can be saved. */
    private static final int LONGEST_RUN = 32;

    /** What Netty's pool keeps at hand for a thread. */
    private static final int MOST_BYTES = 32 * 1024;

    /** Off for good, and for all sockets, once a device refused: those without offload for checksums do. */
    private static final AtomicBoolean DEVICES_SEGMENT =
            new AtomicBoolean(EpollDatagramChannel.isSegmentedDatagramPacketSupported());

    private final Channel socket;
    private final AtomicBoolean mayJoin;
    private @Nullable ByteBuf run;
    private @Nullable InetSocketAddress to;
    private int segment;
    private int datagrams;

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
        if (run != null && !continuesRun(run, recipient, length)) {
            writeRun(run);
        }
        if (run == null) {
            run = datagram;
            to = recipient;
            segment = length;
            datagrams = 1;
            if (!mayJoin.get()) {
                writeRun(datagram);
            }
            return;
        }
        run = joined(run, datagram);
        datagrams++;
        // A shorter one can only be the last.
        if (length < segment) {
            writeRun(run);
        }
    }

    private boolean continuesRun(ByteBuf begun, InetSocketAddress recipient, int length) {
        return recipient.equals(to)
                && length <= segment
                && datagrams < LONGEST_RUN
                && begun.readableBytes() + length <= MOST_BYTES;
    }

    /**
     * Copies: what was just read is in the processor's cache, and to keep ten slices together until the kernel has gathered them was
     * measured to cost more.
     */
    private ByteBuf joined(ByteBuf begun, ByteBuf datagram) {
        ByteBuf all = begun;
        if (datagrams == 1) {
            all = socket.alloc()
                    .directBuffer(Math.min(MOST_BYTES, segment * LONGEST_RUN))
                    .writeBytes(begun);
            begun.release();
        }
        all.writeBytes(datagram);
        datagram.release();
        return all;
    }

    private void writeRun(ByteBuf bytes) {
        InetSocketAddress recipient = to;
        if (recipient == null) {
            throw new IllegalStateException("a run without a recipient");
        }
        if (datagrams == 1) {
            socket.write(new DatagramPacket(bytes, recipient), socket.voidPromise());
        } else {
            socket.write(new SegmentedDatagramPacket(bytes, segment, recipient)).addListener(written -> {
                if (!written.isSuccess() && socket.isOpen() && mayJoin.compareAndSet(true, false)) {
                    LOG.warnf(
                            "datagrams are sent one by one from now on, since the system does not send runs of them: %s",
                            written.cause());
                }
            });
        }
        run = null;
    }

    /** Sends all that was written. */
    public void flush() {
        if (run != null) {
            writeRun(run);
        }
        socket.flush();
    }

    /** Forgets what was not flushed; the socket is closed. */
    public void release() {
        if (run != null) {
            run.release();
            run = null;
        }
    }
}
