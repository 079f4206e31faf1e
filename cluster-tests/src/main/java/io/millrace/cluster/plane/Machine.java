package io.millrace.cluster.plane;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a process of a test runs: on this machine as it is, or on a host of a {@link TestNetwork}.
 *
 * @param access the address at which the test and media reach it
 * @param cluster the address at which control planes, workers and stores reach each other
 * @param entry what a command is led by to run there
 */
public record Machine(String access, String cluster, List<String> entry) {

    public static final Machine HERE = new Machine("127.0.0.1", "127.0.0.1", List.of());

    public List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(entry);
        all.addAll(command);
        return List.copyOf(all);
    }

    /** An address to listen on that both networks reach. */
    public String everywhere() {
        return entry.isEmpty() ? access : "0.0.0.0";
    }
}
