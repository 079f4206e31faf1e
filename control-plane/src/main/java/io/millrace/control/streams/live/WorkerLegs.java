package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one worker carries, and when it said so. Guarded by its owner. */
public final class WorkerLegs {

    final Map<Leg, LiveLeg> legs = new LinkedHashMap<>();

    private final String name;
    private long report;
    private Instant reportedAt = Instant.EPOCH;
    private long sinceLastReport;

    public WorkerLegs(String name) {
        this.name = name;
    }

    /** One stream towards one origin. */
    public record Leg(StreamKey stream, OriginId origin) {}

    void beginReport(Instant now) {
        sinceLastReport = report == 0 ? 0 : Duration.between(reportedAt, now).toMillis();
        report++;
        reportedAt = now;
    }

    public String name() {
        return name;
    }

    /** The number of the present report. */
    public long report() {
        return report;
    }

    public Instant reportedAt() {
        return reportedAt;
    }

    /** How many milliseconds lie between the present report and the one before. */
    long sinceLastReport() {
        return sinceLastReport;
    }
}
