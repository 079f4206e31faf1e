package io.millrace.cluster.load;

import io.millrace.cluster.ControlPlane;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that each send a request whenever one is due and wait for its answer. Plain sockets: a client library would cost
 * more than what is measured. Each connection is used by one thread at a time.
 */
final class ResolveLoad implements AutoCloseable {

    private final int port;
    private final int streams;
    private final long gapNanos;
    private final long begin;
    private final Map<Integer, Connection> connections = new ConcurrentHashMap<>();

    /** @param gapNanos between two requests of one connection */
    ResolveLoad(int port, int streams, long gapNanos, long begin) {
        this.port = port;
        this.streams = streams;
        this.gapNanos = gapNanos;
        this.begin = begin;
    }

    long begin() {
        return begin;
    }

    /** Sends what is due on a connection until the given moment; how long the answers took, from when each was due. */
    DelayHistogram run(int number, long end) throws IOException {
        Connection connection = connections.get(number);
        if (connection == null) {
            connection = new Connection(new Socket(InetAddress.getLoopbackAddress(), port), number);
            connections.put(number, connection);
        }
        DelayHistogram delays = new DelayHistogram();
        while (connection.due < end) {
            for (long left = connection.due - System.nanoTime(); left > 0; left = connection.due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            connection.ask("bench/live/s" + connection.random.nextInt(streams));
            delays.add(System.nanoTime() - connection.due);
            connection.due += gapNanos;
        }
        return delays;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections.values()) {
            connection.socket.close();
        }
    }

    private final class Connection {

        private final Socket socket;
        private final InputStream in;
        private final SplittableRandom random;
        private long due;

        Connection(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            this.random = new SplittableRandom(number);
            this.due = begin + random.nextLong(gapNanos);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
        }

        void ask(String stream) throws IOException {
            String body = "{\"worker\":\"bench\",\"stream\":\"" + stream
                    + "\",\"intent\":\"publish\",\"protocol\":\"rtmp\",\"failed\":[]}";
            String request = "POST /internal/v1/resolve HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
                    + ControlPlane.TOKEN + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            String answer = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            if (!status.contains(" 200 ") || !answer.contains("\"bound\"")) {
                throw new IOException("the control plane answered " + status + ": " + answer);
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the control plane closed the connection");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
