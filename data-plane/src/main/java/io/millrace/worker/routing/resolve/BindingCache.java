package io.millrace.worker.routing.resolve;

import io.millrace.model.Binding;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import io.millrace.model.table.TableVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where streams were last known to live; the least recently used are forgotten. Any thread, once per session. */
public final class BindingCache {

    private static final float LOAD_FACTOR = 0.75f;

    /** Longer than any request is under way: an answer that comes later than this was asked for later too. */
    private static final Duration OVERTAKING = Duration.ofSeconds(10);

    private final LinkedHashMap<StreamKey, Known> entries;

    public BindingCache(int capacity) {
        this.entries = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamKey, Known> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * @param confirmedAt when the control plane confirmed it; null when this worker placed the stream alone
     * @param table the table in use then
     */
    record Known(
            Origin origin,
            long epoch,
            @Nullable Instant confirmedAt,
            @Nullable TableVersion table) {}

    synchronized Optional<Known> get(StreamKey stream) {
        return Optional.ofNullable(entries.get(stream));
    }

    /**
     * An answer with an older epoch than one of a moment ago was overtaken by it and is left out. Against one of long ago it
     * counts: a control plane that lost its memory begins again with lower epochs.
     */
    synchronized void confirmed(StreamKey stream, Known known) {
        Known before = entries.get(stream);
        if (before == null || known.epoch() >= before.epoch() || !isRecent(before, known.confirmedAt())) {
            entries.put(stream, known);
        }
    }

    private static boolean isRecent(Known before, @Nullable Instant now) {
        Instant then = before.confirmedAt();
        return then != null && now != null && now.isBefore(then.plus(OVERTAKING));
    }

    synchronized void placedAlone(StreamKey stream, Origin origin, @Nullable TableVersion table) {
        entries.put(stream, new Known(origin, Binding.UNCONFIRMED, null, table));
    }

    public synchronized void forget(StreamKey stream) {
        entries.remove(stream);
    }

    synchronized int size() {
        return entries.size();
    }
}
