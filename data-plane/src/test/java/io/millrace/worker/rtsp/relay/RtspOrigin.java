package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Where workers connect to; the test itself is the origin. */
final class RtspOrigin implements AutoCloseable {

    private final ServerSocket server;

    RtspOrigin() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setSoTimeout(20_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    RtspPeer accept() {
        try {
            return new RtspPeer(server.accept());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Likewise for a session that begins with a probe. */
    RtspPeer acceptQuestion() {
        RtspPeer peer = accept();
        String question = peer.receive();
        assertThat(question).startsWith("OPTIONS rtsp://");
        peer.say(
                "RTSP/1.0 200 OK",
                question.lines()
                        .filter(line -> line.startsWith("CSeq: "))
                        .findFirst()
                        .orElseThrow());
        return peer;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
