package io.millrace.worker.dash.codec;

/** What a URI in a manifest leads to. */
public enum MpdRole {
    /** What relative references at and below its level start from. */
    BASE_URL,
    MEDIA,
    INITIALIZATION,
    INDEX,
    BITSTREAM_SWITCHING,
    /** Where the manifest is to be fetched from now on. */
    LOCATION,
    /** Changes to the manifest. */
    PATCH_LOCATION,
    /** A piece of the manifest that stands elsewhere: xlink:href. */
    XLINK,
    /** A clock that is read over HTTP. */
    UTC_TIMING,
    CONTENT_STEERING,
    /** Another manifest: ImportedMPD. */
    IMPORTED_MPD
}
