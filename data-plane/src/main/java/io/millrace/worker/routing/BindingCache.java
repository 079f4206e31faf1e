package io.millrace.worker.routing;

import io.millrace.model.Binding;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import io.millrace.model.TableVersion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where streams were last known to live; the least recently used are forgotten. Any thread, once per session. */
final class BindingCache {

    private static final float LOAD_FACTOR = 0.75f;

    private final LinkedHashMap<StreamKey, Known> entries;

    BindingCache(int capacity) {
        this.entries = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamKey, Known> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * @param confirmedAt when the control plane said so; null when this worker placed the stream alone
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

    /** An answer that is older than what is known, by its epoch, came late and is left out. */
    synchronized void confirmed(StreamKey stream, Known known) {
        Known before = entries.get(stream);
        if (before == null || known.epoch() >= before.epoch()) {
            entries.put(stream, known);
        }
    }

    synchronized void placedAlone(StreamKey stream, Origin origin, @Nullable TableVersion table) {
        entries.put(stream, new Known(origin, Binding.UNCONFIRMED, null, table));
    }

    synchronized void forget(StreamKey stream) {
        entries.remove(stream);
    }
}
