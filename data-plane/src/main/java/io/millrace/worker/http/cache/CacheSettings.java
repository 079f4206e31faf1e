package io.millrace.worker.http.cache;

/**
 * What an operator sets for the cache.
 *
 * @param bytes kept at most; as much again may be on its way from origins (MILLRACE_HTTP_CACHE_BYTES)
 * @param maxObjectBytes anything larger goes to its viewers without being kept (MILLRACE_HTTP_CACHE_MAX_OBJECT_BYTES)
 * @param maxFetches requests to origins at once; what would need another one is refused (MILLRACE_HTTP_CACHE_MAX_FETCHES)
 */
public record CacheSettings(long bytes, int maxObjectBytes, int maxFetches) {}
