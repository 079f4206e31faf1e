package io.millrace.control.streams;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.util.List;
import java.util.Optional;

/** The bindings as workers and their directory see them. */
public interface StreamDirectory {

    /** The answer, where it needs no decision: the stream has its place. Never waits. */
    Optional<ResolveAnswer> settled(ResolveRequest request);

    /** The answer, after a decision if need be; may wait for the store. */
    ResolveAnswer resolve(ResolveRequest request);

    /**
     * Takes in all that a worker carries, replacing what it said before.
     *
     * @return streams whose sessions on other origins than the named one this worker must end
     */
    List<Eviction> report(String worker, List<StreamReport> streams);

    /**
     * Takes in what a worker told another control plane, which brings it together with the bindings.
     */
    void carriedElsewhere(String worker, List<StreamReport> streams);

    /** What a worker said last, here or elsewhere, without what has no session left. */
    List<StreamReport> reported(String worker);

    /** A worker is gone, and with it what it carried. */
    void forget(String worker);

    /** How many streams are bound, for metrics. */
    int size();

    /** How many streams all workers carry, for metrics. */
    int carried();

    /** Sessions of a stream may stay only on one origin. */
    record Eviction(StreamKey stream, OriginId keepOrigin, String reason) {}
}
