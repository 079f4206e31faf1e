package io.millrace.worker.http.listen;

import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Accepts connections for HTTP. */
public final class HttpListener implements AutoCloseable {

    private final ConnectionListener listener;

    private HttpListener(ConnectionListener listener) {
        this.listener = listener;
    }

    /**
     * Begins to listen; fails when the address is taken or not ours.
     *
     * @param entrance which all listeners for HTTP share: {@link HttpEntrance}
     * @param stages fills the pipeline of a new connection, behind a PROXY header: {@link HttpConnections#http1}, or TLS before it
     */
    public static HttpListener open(
            EventLoops loops,
            ListenerAddress address,
            ConnectionListener.Entrance entrance,
            Consumer<ChannelPipeline> stages)
            throws IOException {
        return new HttpListener(ConnectionListener.open(
                loops,
                loops.server(),
                address.toSocketAddress(),
                entrance,
                (channel, place) -> stages.accept(channel.pipeline())));
    }

    public InetSocketAddress boundTo() {
        return listener.boundTo();
    }

    /** Stops accepting; what is open stays open. */
    @Override
    public void close() {
        listener.close();
    }
}
