package io.millrace.worker.settings;

import java.nio.file.Path;

/**
 * Who this worker is and where it keeps its files.
 *
 * @param name kept over restarts (MILLRACE_WORKER_NAME)
 * @param zone empty when it has none (MILLRACE_ZONE)
 * @param sharedDataDir what all planes on this machine share (MILLRACE_DATA_DIR)
 * @param eventLoops 0 for one per core (MILLRACE_EVENT_LOOPS)
 */
public record WorkerSettings(String name, String zone, Path sharedDataDir, int eventLoops) {

    /** This worker's own files. */
    public Path dataDir() {
        return sharedDataDir.resolve("worker-" + name);
    }
}
