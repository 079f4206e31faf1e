package io.millrace.worker.hls.codec;

/**
 * What a playlist says about how long it holds. Durations are in milliseconds, 0 where the playlist names none.
 *
 * @param segments those listed, skipped ones not counted
 * @param skippedSegments left out of a delta update (EXT-X-SKIP)
 * @param trailingParts parts after the last whole segment
 * @param ended nothing will be added (EXT-X-ENDLIST)
 * @param canBlockReload the origin holds a request until a given segment or part exists
 */
public record HlsFacts(
        Kind kind,
        Type type,
        long targetDurationMillis,
        long partTargetMillis,
        long mediaSequence,
        int segments,
        long skippedSegments,
        int trailingParts,
        boolean ended,
        boolean canBlockReload) {

    public enum Kind {
        MASTER,
        MEDIA
    }

    public enum Type {
        /** Old segments may go, new ones come. */
        LIVE,
        EVENT,
        VOD
    }

    /** @return the media sequence number of the first segment that is not whole yet; a blocking reload asks for it */
    public long nextMediaSequence() {
        return mediaSequence + skippedSegments + segments;
    }
}
