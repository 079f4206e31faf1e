package io.millrace.worker.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The name of this worker and where it keeps its files.
 *
 * @param name kept over restarts (MILLRACE_WORKER_NAME)
 * @param zone empty when it has none (MILLRACE_ZONE)
 * @param sharedDataDir what all planes on this machine share (MILLRACE_DATA_DIR)
 * @param eventLoops 0 for one per core (MILLRACE_EVENT_LOOPS)
 * @param pendingBytes what all connections together may hold for peers that do not read (MILLRACE_PENDING_BYTES)
 * @param apiUrl where clients reach this worker's HTTP API, for others that send clients here; empty to find it out
 *     (MILLRACE_API_URL)
 */
public record WorkerSettings(
        String name, String zone, Path sharedDataDir, int eventLoops, long pendingBytes, Optional<String> apiUrl) {

    /** This worker's own files. */
    public Path dataDir() {
        return sharedDataDir.resolve("worker-" + name);
    }
}
