package io.millrace.model.wire;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;

/**
 * What a worker carries of one stream towards one origin.
 *
 * @param epoch the binding's epoch that its newest session was opened with; 0 if the worker placed it alone
 * @param publishers sessions that publish and whose origin accepted them
 * @param bytesIn bytes from publishers since the worker started
 * @param bytesOut bytes to viewers since the worker started
 */
public record StreamReport(
        StreamKey stream, OriginId origin, long epoch, int publishers, int viewers, long bytesIn, long bytesOut) {}
