package io.millrace.worker.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
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

    private static final int MOST_BYTES = 60_000;

    /** Off for good, and for all sockets, once a device refused: those without offload for checksums do. */
    private static final AtomicBoolean DEVICES_SEGMENT =
            new AtomicBoolean(EpollDatagramChannel.isSegmentedDatagramPacketSupported());

    private final Channel socket;
    private final AtomicBoolean mayJoin;
    private final List<ByteBuf> run = new ArrayList<>(LONGEST_RUN);
    private @Nullable InetSocketAddress to;
    private int segment;
    private int bytes;
    private boolean complete;

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
            complete = !mayJoin.get();
        }
        run.add(datagram);
        bytes += length;
        // A shorter one can only be the last.
        complete |= length < segment;
        if (complete) {
            writeRun();
        }
    }

    private boolean continuesRun(InetSocketAddress recipient, int length) {
        return recipient.equals(to) && length <= segment && run.size() < LONGEST_RUN && bytes + length <= MOST_BYTES;
    }

    private void writeRun() {
        InetSocketAddress recipient = to;
        if (recipient == null) {
            throw new IllegalStateException("a run without a recipient");
        }
        if (run.size() == 1) {
            socket.write(new DatagramPacket(run.getFirst(), recipient), socket.voidPromise());
        } else {
            CompositeByteBuf joined = socket.alloc().compositeDirectBuffer(run.size());
            joined.addComponents(true, run);
            socket.write(new SegmentedDatagramPacket(joined, segment, recipient))
                    .addListener(written -> {
                        if (!written.isSuccess() && socket.isOpen() && mayJoin.compareAndSet(true, false)) {
                            LOG.warnf(
                                    "datagrams are sent one by one from now on, since the system does not send runs of them: %s",
                                    written.cause());
                        }
                    });
        }
        run.clear();
    }

    /** Sends all that was written. */
    public void flush() {
        if (!run.isEmpty()) {
            writeRun();
        }
        socket.flush();
    }

    /** Forgets what was not flushed; the socket is closed. */
    public void release() {
        run.forEach(ByteBuf::release);
        run.clear();
    }
}
