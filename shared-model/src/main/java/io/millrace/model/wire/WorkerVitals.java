package io.millrace.model.wire;

/** A worker's own load. */
public record WorkerVitals(
        int sessions, long bytesIn, long bytesOut, double cpuPercent, long directMemoryBytes, double loopLagMillis) {

    public static final WorkerVitals NONE = new WorkerVitals(0, 0, 0, 0, 0, 0);
}
