package io.millrace.cluster.origin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin that serves what a test puts there, by path, and counts what it is asked. */
public final class FileOrigin implements AutoCloseable {

    private static final class File {
        private final String type;
        private final byte[] bytes;

        File(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }
    }

    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final HttpServer server;

    public FileOrigin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public FileOrigin put(String path, String type, byte[] bytes) {
        files.put(path, new File(type, bytes));
        return this;
    }

    public FileOrigin put(String path, String type, String text) {
        return put(path, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Requests with this text in their query wait until the gate opens. */
    public CountDownLatch holdBack(String query) {
        return gates.computeIfAbsent(query, key -> new CountDownLatch(1));
    }

    /** How often it was asked for this path, with whatever query. */
    public int asked(String path) {
        AtomicInteger count = asked.get(path);
        return count == null ? 0 : count.get();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            asked.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
            for (Map.Entry<String, CountDownLatch> gate : gates.entrySet()) {
                if (query.contains(gate.getKey()) && !gate.getValue().await(30, TimeUnit.SECONDS)) {
                    throw new IOException("the gate stayed shut");
                }
            }
            File file = files.get(path);
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", file.type);
            exchange.sendResponseHeaders(200, file.bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(file.bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        gates.values().forEach(CountDownLatch::countDown);
        server.stop(0);
    }
}
