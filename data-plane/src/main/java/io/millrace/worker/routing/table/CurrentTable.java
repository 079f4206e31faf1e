package io.millrace.worker.routing.table;

import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.StreamNaming;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routing table in use. Read by any thread, replaced whole by the table keeper. */
public final class CurrentTable {

    private final List<Consumer<RoutingTable>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable InUse inUse;

    /** A table with what is looked up in it all the time. */
    private record InUse(RoutingTable table, Map<OriginId, Origin> origins, StreamNaming naming, Instant since) {}

    private static final StreamNaming NO_VHOSTS = new StreamNaming(List.of());

    public void use(RoutingTable table, Instant now) {
        inUse = new InUse(
                table,
                table.origins().stream().collect(Collectors.toUnmodifiableMap(Origin::id, Function.identity())),
                new StreamNaming(table.vhosts()),
                now);
        listeners.forEach(listener -> listener.accept(table));
    }

    /** Called back with every table that comes into use, and at once with the one that is, on the thread that uses it. */
    public void onChange(Consumer<RoutingTable> listener) {
        listeners.add(listener);
        table().ifPresent(listener);
    }

    /** Empty for a worker that has never had one. */
    public Optional<RoutingTable> table() {
        InUse now = inUse;
        return now == null ? Optional.empty() : Optional.of(now.table());
    }

    public Optional<Origin> origin(OriginId id) {
        InUse now = inUse;
        return now == null
                ? Optional.empty()
                : Optional.ofNullable(now.origins().get(id));
    }

    public StreamNaming naming() {
        InUse now = inUse;
        return now == null ? NO_VHOSTS : now.naming();
    }

    public ClusterSettings settings() {
        return table().map(RoutingTable::settings).orElse(ClusterSettings.DEFAULT);
    }

    /** What clients must show. */
    public StreamAccess access() {
        return table().map(RoutingTable::access).orElse(StreamAccess.FREE);
    }

    /** When it came into use here. */
    public Optional<Instant> since() {
        InUse now = inUse;
        return now == null ? Optional.empty() : Optional.of(now.since());
    }
}
