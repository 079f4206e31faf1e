package io.millrace.model.wire;

import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.RoutingTableDelta;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /internal/v1/routing-table?worker=&have=&waitMillis=}: exactly one of the two is present. When
 * nothing changed within the wait the status is 304 instead.
 */
public record TableAnswer(
        @Nullable RoutingTable whole, @Nullable RoutingTableDelta delta) {

    public static TableAnswer whole(RoutingTable table) {
        return new TableAnswer(table, null);
    }

    public static TableAnswer delta(RoutingTableDelta delta) {
        return new TableAnswer(null, delta);
    }
}
