package io.millrace.cluster.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A child process with everything it started itself: its last output is kept, and it never outlives this JVM. */
public final class ManagedProcess implements AutoCloseable {

    private static final int LINES_KEPT = 2_000;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Set<ManagedProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> RUNNING.forEach(ManagedProcess::kill)));
    }

    private final String name;
    private final Process process;
    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;
    private final Semaphore mayRead = new Semaphore(1);

    private ManagedProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = Thread.ofVirtual().unstarted(this::collectOutput);
    }

    /**
     * @param environment added to ours, from which everything that would configure a plane is taken out first
     * @throws IllegalStateException in one line, when the program does not exist
     */
    public static ManagedProcess start(
            String name, Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("MILLRACE_") || key.startsWith("PROXY_"));
        builder.environment().putAll(environment);
        try {
            ManagedProcess started = new ManagedProcess(name, builder.start());
            RUNNING.add(started);
            started.reader.start();
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot start " + name + ": " + e.getMessage()
                            + " (scripts/packages.sh test installs what tests need)",
                    e);
        }
    }

    private void collectOutput() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                mayRead.acquireUninterruptibly();
                mayRead.release();
                synchronized (lines) {
                    lines.addLast(line);
                    if (lines.size() > LINES_KEPT) {
                        lines.removeFirst();
                    }
                }
            }
        } catch (IOException killed) {
            synchronized (lines) {
                lines.addLast("(output ends: " + killed.getMessage() + ")");
            }
        }
    }

    /** From now on its output stays in a pipe, which is full soon. */
    public void stopReadingOutput() {
        mayRead.acquireUninterruptibly();
    }

    public void readOutputAgain() {
        mayRead.release();
    }

    public long pid() {
        return process.pid();
    }

    /** The process and all that it started, parents first. */
    public List<Long> pids() {
        List<Long> all = new ArrayList<>();
        all.add(process.pid());
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            descendants.forEach(handle -> all.add(handle.pid()));
        }
        return all;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public int exitCode() {
        return process.exitValue();
    }

    public List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The last words, for an error message. */
    public String lastOutput() {
        List<String> all = output();
        return "--- last output of " + name + " (pid " + pid() + (isAlive() ? "" : ", ended with " + exitCode()) + ")\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
    }

    /** Waits for something that this process brings about; its death ends the wait at once. */
    public void await(Duration limit, String what, BooleanSupplier condition) {
        Await.until(
                limit,
                name + ": " + what,
                () -> {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    if (!isAlive()) {
                        throw new IllegalStateException(name + " ended before: " + what + "\n" + lastOutput());
                    }
                    return false;
                },
                this::lastOutput);
    }

    /** As {@link #await}; a process that does not come up is not left behind. */
    public void awaitStart(Duration limit, String what, BooleanSupplier condition) {
        try {
            await(limit, what, condition);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Waits for the end of the process and of its output. */
    public int awaitExit(Duration limit) {
        Await.until(limit, name + " ends", () -> !isAlive(), this::lastOutput);
        try {
            if (!reader.join(STOP_LIMIT)) {
                throw new IllegalStateException("a child of " + name + " keeps its output open\n" + lastOutput());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " ended", e);
        }
        RUNNING.remove(this);
        return exitCode();
    }

    /** SIGTERM, without waiting. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL for the process and then for what it started: in this order nobody starts a successor. */
    public void kill() {
        List<ProcessHandle> descendants;
        try (Stream<ProcessHandle> stream = process.descendants()) {
            descendants = stream.toList();
        }
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(name + " survived SIGKILL, pid " + pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(this);
    }

    /** SIGSTOP for the process and what it started. */
    public void suspend() {
        signal("STOP");
    }

    /** SIGCONT for the process and what it started. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\"", "sh"));
        pids().forEach(pid -> command.add(Long.toString(pid)));
        try {
            Process kill = new ProcessBuilder(command).inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("could not send SIG" + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
        RUNNING.remove(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
