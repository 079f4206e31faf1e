package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.time.Instant;

/**
 * One stream on its way from one worker to one origin, through all reports that tell of it. Guarded by its owner. A report writes numbers
 * only: a reference in each of a hundred thousand old objects is what a garbage collection would have to follow.
 */
final class LiveLeg {

    private static final long BITS_PER_BYTE = 8;
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final double BITS_PER_KILOBIT = 1_000;

    private final WorkerLegs worker;
    private final StreamKey stream;
    private final OriginId origin;
    private long report;
    private long epoch;
    private int publishers;
    private int viewers;
    private long bytesIn;
    private long bytesOut;
    private long bitsPerSecondIn;
    private long bitsPerSecondOut;
    private boolean evicted;

    LiveLeg(WorkerLegs worker, StreamKey stream, OriginId origin) {
        this.worker = worker;
        this.stream = stream;
        this.origin = origin;
    }

    /** What the worker's present report says. */
    void take(StreamReport said) {
        // A worker that restarted counts from 0 again; then there is no rate until its next report.
        boolean comparable = report > 0 && said.bytesIn() >= bytesIn && said.bytesOut() >= bytesOut;
        long millis = comparable ? worker.sinceLastReport() : 0;
        if (!comparable) {
            bitsPerSecondIn = 0;
            bitsPerSecondOut = 0;
        } else if (millis > 0) {
            bitsPerSecondIn = rate(said.bytesIn() - bytesIn, millis);
            bitsPerSecondOut = rate(said.bytesOut() - bytesOut, millis);
        }
        report = worker.report();
        epoch = said.epoch();
        publishers = Math.max(0, said.publishers());
        viewers = Math.max(0, said.viewers());
        bytesIn = Math.max(0, said.bytesIn());
        bytesOut = Math.max(0, said.bytesOut());
    }

    private static long rate(long bytes, long millis) {
        return Math.round((double) bytes * BITS_PER_BYTE * MILLIS_PER_SECOND / millis);
    }

    Carried carried() {
        return new Carried(
                worker.name(),
                stream,
                origin,
                epoch,
                publishers,
                viewers,
                bytesIn,
                bytesOut,
                kilobits(bitsPerSecond()),
                kilobits(bitsPerSecondIn),
                kilobits(bitsPerSecondOut),
                reportedAt());
    }

    /** As the worker said it. */
    StreamReport reported() {
        return new StreamReport(stream, origin, epoch, publishers, viewers, bytesIn, bytesOut);
    }

    static double kilobits(long bits) {
        return bits / BITS_PER_KILOBIT;
    }

    /** True the first time. */
    boolean markEvicted() {
        boolean first = !evicted;
        evicted = true;
        return first;
    }

    StreamKey stream() {
        return stream;
    }

    OriginId origin() {
        return origin;
    }

    /** Whether the worker's present report has it. */
    boolean isCurrent() {
        return report == worker.report();
    }

    Instant reportedAt() {
        return worker.reportedAt();
    }

    boolean hasPublisherAt(OriginId where) {
        return publishers > 0 && origin.equals(where);
    }

    int sessions() {
        return publishers + viewers;
    }

    long bitsPerSecond() {
        return bitsPerSecondIn + bitsPerSecondOut;
    }
}
