package io.millrace.control.streams;

import io.millrace.control.streams.live.Carried;
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
     * Takes in all that a worker carries, in place of its report before. Never waits.
     *
     * @return what {@link #settle} is to be given
     */
    List<Carried> take(String worker, List<StreamReport> streams);

    /**
     * Settles what a worker carries with the bindings; may wait for the store.
     *
     * @return streams whose sessions on other origins than the named one this worker must end
     */
    List<Eviction> settle(List<Carried> carried);

    /** Both at once. */
    default List<Eviction> report(String worker, List<StreamReport> streams) {
        return settle(take(worker, streams));
    }

    /** Takes in what a worker reported to another control plane, which settles it. Never waits. */
    void carriedElsewhere(String worker, List<StreamReport> streams);

    /** What a worker reported last, here or elsewhere, without what has no session left. */
    List<StreamReport> reported(String worker);

    /** A worker is lost, and with it what it carried. */
    void forget(String worker);

    /** How many streams are bound, for metrics. */
    int size();

    /** How many streams all workers carry, for metrics. */
    int carried();

    /** Sessions of a stream may stay only on one origin. */
    record Eviction(StreamKey stream, OriginId keepOrigin, String reason) {}
}
