package io.millrace.worker.srt.relay;

import io.millrace.worker.net.udp.DatagramListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Receives what callers send. While the worker drains it stays open, since sessions go on by the same socket; who calls then is
 * told that the service is down.
 */
public final class SrtListener implements AutoCloseable {

    private final DatagramListener sockets;

    private SrtListener(DatagramListener sockets) {
        this.sockets = sockets;
    }

    /** Begins to listen; fails when the address is taken or not ours. */
    public static SrtListener open(SrtContext context) throws IOException {
        AtomicInteger searching = new AtomicInteger();
        return new SrtListener(DatagramListener.open(
                context.loops(),
                context.settings().listen().toSocketAddress(),
                () -> new LoopPort(context, searching)));
    }

    public InetSocketAddress boundTo() {
        return sockets.boundTo();
    }

    /** Stops receiving; sessions that are left end. */
    @Override
    public void close() {
        sockets.close();
    }
}
