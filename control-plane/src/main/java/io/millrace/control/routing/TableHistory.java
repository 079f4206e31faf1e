package io.millrace.control.routing;

import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.RoutingTableDelta;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.TableAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest versions of the table, from which deltas are made. Guarded by its owner. */
final class TableHistory {

    private final int kept;
    private final ArrayDeque<Published> versions = new ArrayDeque<>();

    TableHistory(int kept) {
        this.kept = kept;
    }

    /** A table and when workers could first have it. */
    record Published(RoutingTable table, Instant at) {}

    void add(Published latest) {
        versions.addLast(latest);
        if (versions.size() > kept) {
            versions.removeFirst();
        }
    }

    @Nullable
    Published latest() {
        return versions.peekLast();
    }

    /** The newest table for a worker that has another one: a delta where the other one is still known, else whole. */
    TableAnswer answer(Published latest, @Nullable TableVersion have) {
        return Optional.ofNullable(have)
                .flatMap(this::find)
                .map(known -> TableAnswer.delta(RoutingTableDelta.between(known.table(), latest.table())))
                .orElseGet(() -> TableAnswer.whole(latest.table()));
    }

    TableLag lag(@Nullable TableVersion applied, Instant now) {
        Published latest = versions.peekLast();
        if (latest == null || latest.table().version().equals(applied)) {
            return TableLag.NONE;
        }
        TableVersion newest = latest.table().version();
        if (applied == null || !applied.epoch().equals(newest.epoch())) {
            return new TableLag(null, since(versions.getFirst(), now));
        }
        Published firstMissing = versions.stream()
                .filter(published -> published.table().version().sequence() > applied.sequence())
                .findFirst()
                .orElse(latest);
        return new TableLag(newest.sequence() - applied.sequence(), since(firstMissing, now));
    }

    private Optional<Published> find(TableVersion version) {
        return versions.stream()
                .filter(published -> published.table().version().equals(version))
                .findFirst();
    }

    private static long since(Published published, Instant now) {
        return Math.max(0, Duration.between(published.at(), now).toMillis());
    }
}
