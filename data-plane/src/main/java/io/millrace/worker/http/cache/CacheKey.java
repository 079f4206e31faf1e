package io.millrace.worker.http.cache;

import io.millrace.model.OriginId;

/**
 * What makes two requests ask for the same object.
 *
 * @param host as the client wrote it: origins choose by it
 * @param query without the parts that differ from viewer to viewer and mean nothing; whatever may authorise is in it
 * @param told what the origin is told of the client beside that, and so may decide by
 */
public record CacheKey(OriginId origin, String host, String path, String query, String told) {

    /** What it costs to remember; clients choose how long it is. */
    public int bytes() {
        return 2 * (host.length() + path.length() + query.length() + told.length()) + OVERHEAD_BYTES;
    }

    private static final int OVERHEAD_BYTES = 128;
}
