package io.millrace.control.store.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real redis-server on a free port of the loopback, in a folder of its own that goes with it. */
final class RedisServer implements AutoCloseable {

    private static final String PROGRAM = System.getProperty("millrace.redis.server", "redis-server");

    private final Path folder;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private RedisServer(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /** Keeps nothing on disk unless the options say otherwise. */
    static RedisServer start(String... options) {
        return start(freePort(), options);
    }

    static RedisServer start(int port, String... options) {
        try {
            RedisServer server = new RedisServer(Files.createTempDirectory("millrace-redis"), port, List.of(options));
            server.run();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    Path folder() {
        return folder;
    }

    /** Starts it again after {@link #kill}; what it had on disk it has again. */
    void run() {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        boolean sentinel = options.contains("--sentinel");
        if (sentinel) {
            command.add(folder.resolve("sentinel.conf").toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        if (!sentinel) {
            command.addAll(List.of("--save", "", "--enable-debug-command", "yes"));
        }
        command.addAll(options);
        spawn(command);
    }

    private void spawn(List<String> command) {
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("no " + PROGRAM + "? scripts/packages.sh test installs it", e);
        }
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(10))
                .until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What redis-cli says, without the line's end. */
    String cli(String... words) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        command.addAll(List.of(words));
        return output(command);
    }

    static String output(List<String> command) {
        try {
            Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(cli.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!cli.waitFor(30, TimeUnit.SECONDS)) {
                cli.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            return said.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Nothing moves in it any more; connections stay open. */
    void stop() {
        signal("-STOP");
    }

    void goOn() {
        signal("-CONT");
    }

    private void signal(String signal) {
        var _ = output(List.of("kill", signal, Long.toString(running().pid())));
    }

    /** As kill -9 does; what was not on disk is lost. */
    void kill() {
        running().destroyForcibly();
        try {
            if (!running().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("redis-server does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        return java.util.Objects.requireNonNull(process);
    }

    @Override
    public void close() {
        if (running().isAlive()) {
            kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
