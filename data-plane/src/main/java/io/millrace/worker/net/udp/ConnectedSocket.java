package io.millrace.worker.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * A socket that is connected to one address, from which alone the kernel lets datagrams in. What is written leaves in batches with {@link #flush}.
 * Lives on the socket's event loop.
 */
public final class ConnectedSocket {

    private final Channel channel;
    private final DatagramWriter writer;
    private final InetSocketAddress remote;
    private boolean unflushed;

    public ConnectedSocket(Channel connected) {
        this.channel = connected;
        this.writer = new DatagramWriter(connected);
        this.remote = (InetSocketAddress) connected.remoteAddress();
    }

    public InetSocketAddress remote() {
        return remote;
    }

    /** Whether there is room, if need be after a flush. */
    public boolean makeRoom() {
        if (!channel.isWritable()) {
            flush();
        }
        return channel.isWritable();
    }

    /**
     * Owns the datagram.
     *
     * @return whether it is the first one since the last flush
     */
    public boolean write(ByteBuf datagram) {
        boolean first = !unflushed;
        unflushed = true;
        writer.write(remote, datagram);
        return first;
    }

    public void flush() {
        unflushed = false;
        writer.flush();
    }

    /** What was not flushed is lost. */
    public void close() {
        writer.release();
        channel.close();
    }
}
