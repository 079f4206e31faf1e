package io.millrace.control.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.SteadyClock;
import io.millrace.control.workers.WorkerDirectory;
import java.time.Duration;
import java.time.Instant;

/** A control plane that nobody shares its store with. */
public final class AloneInTheCluster {

    private static final String NOBODY = "http://127.0.0.1:1";

    private AloneInTheCluster() {}

    public static ClusterWorkers workers(WorkerDirectory workers, SteadyClock clock) {
        return workers(workers, new MemoryKeyedStore<>(clock));
    }

    /** There is another control plane, named {@code cp-gone}, which answers nobody. */
    public static ClusterWorkers withASilentPeer(WorkerDirectory workers, SteadyClock clock) {
        MemoryKeyedStore<String, Peer> entries = new MemoryKeyedStore<>(clock);
        new Peers(entries, () -> new Peer("cp-gone", "gone", NOBODY, "1", Instant.EPOCH)).announce();
        return workers(workers, entries);
    }

    private static ClusterWorkers workers(WorkerDirectory workers, MemoryKeyedStore<String, Peer> entries) {
        Peers peers = new Peers(entries, () -> new Peer("cp-test", "test", NOBODY, "1", Instant.EPOCH));
        return new ClusterWorkers(
                workers,
                peers,
                new PeerClient(
                        new ObjectMapper(), () -> "Bearer none", Duration.ofSeconds(1), new ByteBudget(100_000_000)));
    }
}
