package io.millrace.control.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Answers the handshakes of probes, as an origin that is up does. */
public final class AnsweringOrigin implements AutoCloseable {

    private final ServerSocket listening;

    public AnsweringOrigin() {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var _ = Thread.ofVirtual().start(this::answer);
    }

    public int port() {
        return listening.getLocalPort();
    }

    private void answer() {
        byte[] answer = new byte[1 + 1_536];
        answer[0] = 3;
        while (!listening.isClosed()) {
            try (Socket probe = listening.accept()) {
                probe.getOutputStream().write(answer);
                // Until the probe has read it and goes.
                var _ = probe.getInputStream().readAllBytes();
            } catch (IOException closed) {
                // By the probe, or by the test, which is over.
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
