package io.millrace.control.registry;

import java.util.concurrent.atomic.LongAdder;

/** What came of workers' reports that an origin cannot be reached. Any thread. */
public final class ReportCounts {

    private final LongAdder confirmed = new LongAdder();
    private final LongAdder contradicted = new LongAdder();

    void confirmed() {
        confirmed.increment();
    }

    void contradicted() {
        contradicted.increment();
    }

    /** A probe failed too. */
    public long timesConfirmed() {
        return confirmed.sum();
    }

    /** A probe was answered. */
    public long timesContradicted() {
        return contradicted.sum();
    }
}
