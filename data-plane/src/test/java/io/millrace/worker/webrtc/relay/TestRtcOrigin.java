package io.millrace.worker.webrtc.relay;

import io.millrace.worker.webrtc.codec.TestStun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An origin that answers checks with success if the client calls itself {@code good...}, as if that were the password, and otherwise says
 * nothing. Keeps what else it gets.
 */
final class TestRtcOrigin implements AutoCloseable {

    private final DatagramSocket socket;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    final List<SocketAddress> peers = new CopyOnWriteArrayList<>();
    final List<byte[]> checks = new CopyOnWriteArrayList<>();
    private volatile boolean echoes;
    private volatile boolean silent;

    TestRtcOrigin() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** From now on checks get no answer. */
    void silent() {
        silent = true;
    }

    /** From now on what is no STUN goes back to its sender. */
    void echo() {
        echoes = true;
    }

    private void serve() {
        byte[] buffer = new byte[2_048];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                took(Arrays.copyOf(buffer, packet.getLength()), packet.getSocketAddress());
            } catch (IOException e) {
                return;
            }
        }
    }

    private void took(byte[] bytes, SocketAddress from) throws IOException {
        if (!peers.contains(from)) {
            peers.add(from);
        }
        boolean isRequest = bytes[0] == 0 && bytes[1] == 1;
        if (!isRequest) {
            received.add(bytes);
            if (echoes) {
                socket.send(new DatagramPacket(bytes, bytes.length, from));
            }
            return;
        }
        checks.add(bytes);
        if (!silent && new String(bytes, StandardCharsets.ISO_8859_1).contains(":good")) {
            byte[] answer = TestStun.of(
                            TestStun.SUCCESS, ByteBuffer.wrap(bytes, 8, 8).getLong())
                    .sealed()
                    .bytes();
            socket.send(new DatagramPacket(answer, answer.length, from));
        }
    }

    /** @return nothing, when nothing came in time */
    byte[] receive() {
        try {
            byte[] bytes = received.poll(5, TimeUnit.SECONDS);
            return bytes == null ? TestPeer.NOTHING : bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int waiting() {
        return received.size();
    }

    /** To the session whose first packet came as the nth. */
    void send(int session, byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, peers.get(session)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
