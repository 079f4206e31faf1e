package io.millrace.cluster.network;

import io.millrace.cluster.process.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** Passes connections on to a port of this machine, and can hold back what they carry for a while, as a far or busy network does. */
public final class SlowPipe implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;

    public SlowPipe(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** From now on everything takes so much longer, each way; it stays in order. */
    public void slowBy(Duration eachWay) {
        delay = eachWay;
    }

    private static final class Piece {
        private final byte[] bytes;
        private final long dueNanos;

        Piece(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(server);
                pass(client, server);
                pass(server, client);
            } catch (IOException gone) {
                // The listener is closed, or nobody is there behind it: the client is told so by the end of its
                // connection.
                sockets.removeIf(Socket::isClosed);
            }
        }
    }

    private void pass(Socket from, Socket to) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            try (InputStream in = from.getInputStream()) {
                byte[] buffer = new byte[BUFFER];
                for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                    byte[] bytes = Arrays.copyOf(buffer, size);
                    onTheWay.add(new Piece(bytes, System.nanoTime() + delay.toNanos()));
                }
            } catch (IOException gone) {
                // Said to the other side below.
            }
            onTheWay.add(new Piece(new byte[0], System.nanoTime()));
        });
        Thread.ofVirtual().start(() -> {
            try (OutputStream out = to.getOutputStream()) {
                for (Piece piece = onTheWay.take(); piece.bytes.length > 0; piece = onTheWay.take()) {
                    Await.pass(Duration.ofNanos(piece.dueNanos - System.nanoTime()));
                    out.write(piece.bytes);
                    out.flush();
                }
            } catch (IOException gone) {
                // The other side is told by the end of its own socket.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
