package io.millrace.control.placement;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * All that a policy may look at.
 *
 * @param allowed origins that may take the stream, ordered by id, each with a weight above 0; never empty
 * @param turn the position of round-robin
 */
record Situation(
        StreamKey stream,
        List<Origin> allowed,
        Function<OriginId, OriginLoad> loads,
        RandomGenerator random,
        long turn) {}
