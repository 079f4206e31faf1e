package io.millrace.worker.hls.codec;

/** What a URI in a playlist leads to. */
public enum HlsRole {
    /** A media playlist: the line after EXT-X-STREAM-INF. */
    VARIANT,
    /** A media playlist of an alternative rendition: EXT-X-MEDIA. */
    RENDITION,
    /** A media playlist of key frames: EXT-X-I-FRAME-STREAM-INF. */
    I_FRAMES,
    /** A media playlist of thumbnails: EXT-X-IMAGE-STREAM-INF. */
    IMAGES,
    /** The same stream's media playlist of another rendition: EXT-X-RENDITION-REPORT. */
    RENDITION_REPORT,
    SEGMENT,
    PART,
    /** An initialization section: EXT-X-MAP. */
    MAP,
    /** A part or a map that does not exist yet: EXT-X-PRELOAD-HINT. */
    PRELOAD_HINT,
    /** A segment that is still being written: EXT-X-PREFETCH. */
    PREFETCH,
    KEY,
    SESSION_KEY,
    SESSION_DATA,
    /** An interstitial's playlist: X-ASSET-URI of EXT-X-DATERANGE. */
    ASSET,
    /** A JSON list of interstitials: X-ASSET-LIST of EXT-X-DATERANGE. */
    ASSET_LIST,
    CONTENT_STEERING;

    /** @return whether it leads to another playlist, which must be rewritten in its turn */
    public boolean isPlaylist() {
        return switch (this) {
            case VARIANT, RENDITION, I_FRAMES, IMAGES, RENDITION_REPORT, ASSET -> true;
            default -> false;
        };
    }
}
