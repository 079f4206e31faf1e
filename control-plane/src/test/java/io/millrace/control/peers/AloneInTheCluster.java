package io.millrace.control.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.workers.WorkerDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A control plane that nobody shares its store with. */
public final class AloneInTheCluster {

    private AloneInTheCluster() {}

    public static ClusterWorkers workers(WorkerDirectory workers, InstantSource clock) {
        Peers peers = new Peers(
                new MemoryKeyedStore<>(clock),
                () -> new Peer("cp-test", "test", "http://127.0.0.1:1", "1", Instant.EPOCH));
        return new ClusterWorkers(
                workers, peers, new PeerClient(new ObjectMapper(), () -> "Bearer none", Duration.ofSeconds(1)));
    }
}
