package io.millrace.control.streams;

import io.millrace.control.streams.live.Carried;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told and evicts what a test wants evicted; places nothing. */
public final class StreamsStandIn implements StreamDirectory {

    public final Map<String, List<StreamReport>> reported = new ConcurrentHashMap<>();
    public final Map<String, List<StreamReport>> elsewhere = new ConcurrentHashMap<>();
    public final List<String> forgotten = new CopyOnWriteArrayList<>();
    public volatile List<Eviction> evictions = List.of();

    @Override
    public Optional<ResolveAnswer> settled(ResolveRequest request) {
        return Optional.empty();
    }

    @Override
    public ResolveAnswer resolve(ResolveRequest request) {
        return ResolveAnswer.none(ResolveAnswer.Outcome.NO_ORIGIN, "no origin is registered");
    }

    @Override
    public List<Carried> take(String worker, List<StreamReport> streams) {
        reported.put(worker, streams);
        return List.of();
    }

    @Override
    public List<Eviction> settle(List<Carried> carried) {
        return evictions;
    }

    @Override
    public void carriedElsewhere(String worker, List<StreamReport> streams) {
        elsewhere.put(worker, streams);
    }

    @Override
    public List<StreamReport> reported(String worker) {
        return reported.getOrDefault(worker, List.of());
    }

    @Override
    public void forget(String worker) {
        reported.remove(worker);
        elsewhere.remove(worker);
        forgotten.add(worker);
    }

    @Override
    public int size() {
        return reported.size();
    }

    @Override
    public int carried() {
        return reported.size();
    }
}
