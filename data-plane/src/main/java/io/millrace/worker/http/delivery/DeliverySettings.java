package io.millrace.worker.http.delivery;

import java.time.Duration;

/**
 * How playlists and pieces are delivered.
 *
 * @param answerTimeout until the head of an origin's answer, and between two pieces of it (MILLRACE_ORIGIN_ANSWER_TIMEOUT)
 * @param segmentTtl how long a segment is kept unless the origin says less (MILLRACE_HTTP_CACHE_SEGMENT_TTL)
 * @param errorTtl how long an error of the origin is kept (MILLRACE_HTTP_CACHE_ERROR_TTL)
 */
public record DeliverySettings(Duration answerTimeout, Duration segmentTtl, Duration errorTtl) {}
