package io.millrace.worker.http.origin;

import java.time.Duration;

/**
 * How origins are asked over HTTP.
 *
 * @param connectTimeout until an origin accepts a connection (MILLRACE_ORIGIN_CONNECT_TIMEOUT)
 * @param idleLimit an idle connection is kept for so long (MILLRACE_ORIGIN_HTTP_IDLE)
 * @param maxIdle idle connections that each event loop keeps to each origin (MILLRACE_ORIGIN_HTTP_MAX_IDLE)
 */
public record OriginHttpSettings(Duration connectTimeout, Duration idleLimit, int maxIdle) {}
