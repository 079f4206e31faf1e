package io.millrace.control.workers;

import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionPosition;
import io.millrace.control.workers.share.WorkersElsewhere;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.control.workers.state.WorkerSnapshot;
import io.millrace.model.wire.AlternativeWorker;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what is known of workers, those that report to other control planes included. */
final class WorkerListing {

    private final ConcurrentSkipListMap<String, Worker> workers;
    private final Optional<WorkersElsewhere> elsewhere;
    private final String run;

    WorkerListing(ConcurrentSkipListMap<String, Worker> workers, Optional<WorkersElsewhere> elsewhere, String run) {
        this.workers = workers;
        this.elsewhere = elsewhere;
        this.run = run;
    }

    /** The worker with the fewest sessions among those that serve, are not asked to leave and said where clients reach them. */
    Optional<AlternativeWorker> standIn(String forWorker) {
        return all().stream()
                .filter(worker -> worker.phase() == WorkerPhase.SERVING && !worker.drainRequested())
                .filter(worker -> !worker.hello().worker().equals(forWorker))
                .filter(worker -> !worker.hello().api().isEmpty())
                .min(Comparator.comparingInt(WorkerSnapshot::sessions))
                .map(worker -> new AlternativeWorker(
                        worker.hello().worker(), worker.hello().api()));
    }

    /** All workers, ordered by name, lost ones included. */
    List<WorkerSnapshot> all() {
        if (elsewhere.isEmpty()) {
            return workers.values().stream().map(this::snapshot).toList();
        }
        TreeMap<String, WorkerSnapshot> all = new TreeMap<>();
        elsewhere.get().all().forEach(other -> all.put(other.hello().worker(), other));
        for (Worker worker : workers.values()) {
            all.merge(worker.name(), snapshot(worker), WorkerListing::present);
        }
        return List.copyOf(all.values());
    }

    Optional<WorkerSnapshot> find(String name) {
        Optional<WorkerSnapshot> own = Optional.ofNullable(workers.get(name)).map(this::snapshot);
        Optional<WorkerSnapshot> other = elsewhere.flatMap(others -> others.find(name));
        return own.isPresent() && other.isPresent()
                ? Optional.of(present(other.get(), own.get()))
                : own.or(() -> other);
    }

    /** Of two words on one worker. */
    private static WorkerSnapshot present(WorkerSnapshot other, WorkerSnapshot own) {
        return own.phase() == WorkerPhase.LOST && other.phase() != WorkerPhase.LOST ? other : own;
    }

    private WorkerSnapshot snapshot(Worker worker) {
        synchronized (worker) {
            return worker.snapshot(run);
        }
    }

    /** Open sessions in order, beginning after a position. */
    List<SessionEntry> sessions(@Nullable SessionPosition after, Predicate<SessionEntry> wanted, int limit) {
        return workers.entrySet().stream()
                .flatMap(worker -> sessionsOf(worker.getKey(), worker.getValue(), after)
                        .filter(wanted)
                        .limit(limit))
                .sorted(Comparator.comparing(SessionEntry::position))
                .limit(limit)
                .toList();
    }

    /** How many open sessions are wanted. */
    int count(Predicate<SessionEntry> wanted) {
        return (int) byWorker(wanted).limit(Integer.MAX_VALUE).count();
    }

    /**
     * Open sessions by worker, then by id: what stands before a page costs no memory.
     *
     * @param end the first one that is not wanted
     */
    List<SessionEntry> page(Predicate<SessionEntry> wanted, int begin, int end) {
        return byWorker(wanted).skip(begin).limit(Math.max(0, end - begin)).toList();
    }

    private Stream<SessionEntry> byWorker(Predicate<SessionEntry> wanted) {
        return workers.entrySet().stream()
                .flatMap(worker -> sessionsOf(worker.getKey(), worker.getValue(), null))
                .filter(wanted);
    }

    private static Stream<SessionEntry> sessionsOf(String name, Worker worker, @Nullable SessionPosition after) {
        var from = after == null ? worker.sessions : worker.sessions.tailMap(after.session(), true);
        return from.values().stream()
                .map(session -> new SessionEntry(name, session))
                .filter(entry -> after == null || entry.position().compareTo(after) > 0);
    }
}
