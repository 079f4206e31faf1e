package io.millrace.worker.http.cache;

import java.time.Duration;

/**
 * What an operator sets for the cache.
 *
 * @param bytes kept at most; as much again may be on its way from origins (MILLRACE_HTTP_CACHE_BYTES)
 * @param maxObjectBytes anything larger goes to its viewers without being kept (MILLRACE_HTTP_CACHE_MAX_OBJECT_BYTES)
 * @param segmentTtl how long a segment is kept unless the origin says less (MILLRACE_HTTP_CACHE_SEGMENT_TTL)
 * @param errorTtl how long an error of the origin is kept (MILLRACE_HTTP_CACHE_ERROR_TTL)
 */
public record CacheSettings(long bytes, int maxObjectBytes, Duration segmentTtl, Duration errorTtl) {}
