package io.millrace.control.workers.state;

import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.Directive;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one worker is asked to do, in the order in which it was asked. Repeated until the worker reports it done or its point is
 * gone. Guarded by its owner.
 */
public final class Directives {

    /** Above this a worker does not keep up, and more asking does not help. */
    public static final int MAX_PENDING = 1_024;

    /** Directives in one answer. */
    public static final int MAX_SENT = 256;

    private final Map<String, Directive> pending = new LinkedHashMap<>();

    /** @return false when too many wait already */
    public boolean add(Directive directive) {
        if (pending.size() >= MAX_PENDING) {
            return false;
        }
        pending.put(directive.id(), directive);
        return true;
    }

    public void done(Collection<String> ids) {
        ids.forEach(pending::remove);
    }

    void sessionsEnded(Collection<String> sessions) {
        if (!sessions.isEmpty()) {
            pending.values()
                    .removeIf(directive -> directive.session() != null && sessions.contains(directive.session()));
        }
    }

    public boolean endsSession(String session) {
        return pending.values().stream().anyMatch(directive -> session.equals(directive.session()));
    }

    public boolean drains() {
        return pending.values().stream().anyMatch(directive -> directive.action() == Directive.Action.DRAIN);
    }

    void drainBegun() {
        pending.values().removeIf(directive -> directive.action() == Directive.Action.DRAIN);
    }

    /**
     * Makes the pending evictions those of the newest report: an older one whose cause is gone could end the sessions that are
     * right by now.
     *
     * @return how many found no room; they come again with the next report
     */
    public int evict(List<Eviction> evictions, Supplier<String> nextId) {
        Map<StreamKey, Eviction> wanted = new HashMap<>();
        evictions.forEach(eviction -> wanted.put(eviction.stream(), eviction));
        pending.values().removeIf(directive -> {
            if (directive.action() != Directive.Action.END_STREAM || directive.stream() == null) {
                return false;
            }
            Eviction same = wanted.get(directive.stream());
            if (same != null && same.keepOrigin().equals(directive.keepOrigin())) {
                wanted.remove(directive.stream());
                return false;
            }
            return true;
        });
        Function<Eviction, Directive> asDirective = eviction ->
                Directive.endStream(nextId.get(), eviction.stream(), eviction.keepOrigin(), eviction.reason());
        return (int) wanted.values().stream()
                .filter(eviction -> !add(asDirective.apply(eviction)))
                .count();
    }

    public List<Directive> next() {
        return pending.values().stream().limit(MAX_SENT).toList();
    }

    public int size() {
        return pending.size();
    }

    void clear() {
        pending.clear();
    }
}
