package io.millrace.worker.routing.table;

import io.millrace.model.Origin;
import io.millrace.model.access.Ban;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.RoutingTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a table from outside unfit for use: contradictions, and fields that JSON left out, whatever the types say. */
final class TableCheck {

    private TableCheck() {}

    /** Empty when the table can be used. */
    static List<String> problems(RoutingTable table) {
        List<String> missing = new ArrayList<>();
        require(missing, table.version(), "a version");
        require(missing, table.settings(), "settings");
        for (Origin origin : table.origins()) {
            require(missing, origin.id(), "an origin's id");
            require(missing, origin.server(), "an origin's server");
            require(missing, origin.zone(), "an origin's zone");
            require(missing, origin.state(), "an origin's state");
            require(missing, origin.admission(), "an origin's admission");
        }
        for (PlacementRule rule : table.rules()) {
            require(missing, rule.name(), "a rule's name");
            require(missing, rule.vhost(), "a rule's vhost");
            require(missing, rule.app(), "a rule's app");
            require(missing, rule.stream(), "a rule's stream");
            require(missing, rule.zone(), "a rule's zone");
        }
        for (Ban ban : table.bans()) {
            require(missing, ban.id(), "a ban's id");
            require(missing, ban.vhost(), "a ban's vhost");
            require(missing, ban.app(), "a ban's app");
            require(missing, ban.stream(), "a ban's stream");
        }
        if (table.settings() != null) {
            table.settings().limits().forEach(limits -> require(missing, limits.vhost(), "a limit's vhost"));
        }
        return missing.isEmpty() ? table.inconsistencies() : missing;
    }

    private static void require(List<String> missing, @Nullable Object value, String name) {
        if (value == null) {
            missing.add("it lacks " + name);
        }
    }
}
