package io.millrace.worker.dash.codec;

/**
 * What a manifest says about how long it holds. Durations are in milliseconds, {@link #ABSENT} where the manifest names none.
 *
 * @param dynamic it may change ({@code type="dynamic"})
 * @param minimumUpdatePeriodMillis 0 tells players to fetch it again at each segment
 */
public record MpdFacts(
        boolean dynamic,
        long minimumUpdatePeriodMillis,
        long mediaPresentationDurationMillis,
        long timeShiftBufferDepthMillis,
        long maxSegmentDurationMillis) {

    public static final long ABSENT = -1;
}
