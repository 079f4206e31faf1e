package io.millrace.worker.http.cache;

import io.millrace.model.OriginId;

/**
 * What makes two requests ask for the same object.
 *
 * @param host as the client wrote it: origins choose by it
 * @param query without the parts that differ from viewer to viewer and mean nothing; whatever may authorise is in it
 */
public record CacheKey(OriginId origin, String host, String path, String query) {}
