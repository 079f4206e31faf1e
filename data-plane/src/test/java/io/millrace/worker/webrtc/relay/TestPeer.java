package io.millrace.worker.webrtc.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** One socket of a client. */
class TestPeer implements AutoCloseable {

    static final byte[] NOTHING = new byte[0];

    final DatagramSocket socket;
    private final SocketAddress server;

    TestPeer(SocketAddress server) {
        this.server = server;
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, server));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return nothing, when nothing came in time */
    byte[] receive(int millis) {
        try {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException e) {
            return NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] receive() {
        return receive(5_000);
    }

    /** What comes until this. */
    void awaitExactly(byte[] wanted) {
        for (int i = 0; i < 100; i++) {
            byte[] got = receive();
            if (Arrays.equals(got, wanted)) {
                return;
            }
            if (got.length == 0) {
                break;
            }
        }
        throw new AssertionError("it did not come");
    }

    boolean hearsNothingFor(int millis) {
        return receive(millis).length == 0;
    }

    @Override
    public void close() {
        socket.close();
    }
}
