package io.millrace.cluster.plane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Hosts in network namespaces of their own on two networks: one over which the test and media reach them, and one of the cluster, which
 * can be cut in two. Needs root. Everything is taken away again at the end.
 */
public final class TestNetwork implements AutoCloseable {

    private static final String ACCESS = "10.213.1.";
    private static final String CLUSTER = "10.213.2.";
    private static final int FIRST_HOST = 11;

    private final String id = Long.toString(ProcessHandle.current().pid() % 10_000);
    private final List<Machine> hosts = new ArrayList<>();
    private final Deque<List<String>> undo = new ArrayDeque<>();

    public TestNetwork(int count) {
        try {
            bridge("a");
            bridge("c");
            bridge("d");
            ip("addr", "add", here().access() + "/24", "dev", name("a"));
            for (int i = 0; i < count; i++) {
                hosts.add(host(i));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** This machine, on the network of media only. */
    public Machine here() {
        return new Machine(ACCESS + "1", ACCESS + "1", List.of());
    }

    public List<Machine> hosts() {
        return List.copyOf(hosts);
    }

    /** The named hosts see only each other on the cluster's network from now on, and the others only the others. */
    public void cut(Collection<Machine> apart) {
        apart.forEach(machine -> ip("link", "set", name("c" + hosts.indexOf(machine)), "master", name("d")));
    }

    public void heal() {
        for (int i = 0; i < hosts.size(); i++) {
            ip("link", "set", name("c" + i), "master", name("c"));
        }
    }

    private Machine host(int index) {
        String space = name("h" + index);
        ip("netns", "add", space);
        undo.push(List.of("netns", "del", space));
        List<String> entry = List.of("ip", "netns", "exec", space);
        Machine host = new Machine(ACCESS + (FIRST_HOST + index), CLUSTER + (FIRST_HOST + index), entry);
        ip("-n", space, "link", "set", "lo", "up");
        attach(space, "a", index, host.access());
        attach(space, "c", index, host.cluster());
        return host;
    }

    /** A cable from a bridge into the host. */
    private void attach(String space, String bridge, int index, String address) {
        String outside = name(bridge + index);
        ip("link", "add", outside, "type", "veth", "peer", "name", "net" + bridge, "netns", space);
        // The kernel would take it away with the host, but later than somebody may want the name again.
        undo.push(List.of("link", "del", outside));
        ip("link", "set", outside, "master", name(bridge), "up");
        ip("-n", space, "addr", "add", address + "/24", "dev", "net" + bridge);
        ip("-n", space, "link", "set", "net" + bridge, "up");
    }

    private void bridge(String part) {
        ip("link", "add", name(part), "type", "bridge");
        undo.push(List.of("link", "del", name(part)));
        ip("link", "set", name(part), "up");
    }

    private String name(String part) {
        return "mr" + id + part;
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
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
        while (!undo.isEmpty()) {
            ip(undo.pop().toArray(String[]::new));
        }
    }
}
