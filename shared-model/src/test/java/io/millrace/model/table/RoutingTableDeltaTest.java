package io.millrace.model.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.model.Origin;
import io.millrace.model.Origins;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.Ban;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.address.Network;
import io.millrace.model.placement.PlacementRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoutingTableDeltaTest {

    private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void leadsFromAnyTableToAnyOther() throws Exception {
        Random random = new Random(11);
        RoutingTable table = RoutingTable.empty(new TableVersion("e", 0));
        for (int i = 0; i < 300; i++) {
            RoutingTable next = randomTable(random, table.version().next());
            RoutingTableDelta delta = RoutingTableDelta.between(table, next);
            RoutingTableDelta overTheWire = json.readValue(json.writeValueAsString(delta), RoutingTableDelta.class);
            assertThat(overTheWire).isEqualTo(delta);
            assertThat(overTheWire.applyTo(table)).isEqualTo(next);
            assertThat(json.readValue(json.writeValueAsString(next), RoutingTable.class))
                    .isEqualTo(next);
            table = next;
        }
    }

    @Test
    void refusesATableItDoesNotStartFrom() {
        RoutingTable one = RoutingTable.empty(new TableVersion("e", 1));
        RoutingTable two = RoutingTable.empty(new TableVersion("e", 2));
        RoutingTableDelta delta = RoutingTableDelta.between(one, two);
        assertThatThrownBy(() -> delta.applyTo(two)).hasMessageContaining("starts from e:1");
    }

    @Test
    void namesWhatMakesATableUnfit() {
        Origin origin = Origins.up("a", 100);
        RoutingTable table = new RoutingTable(
                new TableVersion("e", 1),
                List.of(origin, origin),
                List.of("v", "v"),
                List.of(PlacementRule.DEFAULT, PlacementRule.DEFAULT),
                ClusterSettings.DEFAULT);
        assertThat(table.inconsistencies()).hasSize(3);
        assertThat(RoutingTable.empty(new TableVersion("e", 1)).inconsistencies())
                .isEmpty();
    }

    @Test
    void carriesOnlyTheBansThatAreNewOrLifted() {
        Ban stays = ban("b-1");
        Ban goes = ban("b-2");
        Ban comes = ban("b-3");
        RoutingTable from = withBans(1, List.of(stays, goes));
        RoutingTable to = withBans(2, List.of(stays, comes));
        RoutingTableDelta delta = RoutingTableDelta.between(from, to);
        assertThat(delta.bans()).containsExactly(comes);
        assertThat(delta.liftedBans()).containsExactly("b-2");
        assertThat(delta.applyTo(from)).isEqualTo(to);
        RoutingTableDelta nothing = RoutingTableDelta.between(from, withBans(3, List.of(stays, goes)));
        assertThat(nothing.bans()).isNull();
        assertThat(nothing.liftedBans()).isNull();
    }

    @Test
    void tablesOfATimeWithoutBansHaveNone() throws Exception {
        String old =
                "{\"version\":\"e:1\",\"origins\":[],\"vhosts\":[],\"rules\":[],\"settings\":{\"reportMillis\":2000}}";
        assertThat(json.readValue(old, RoutingTable.class).bans()).isEmpty();
    }

    private static Ban ban(String id) {
        return new Ban(id, Network.parse("192.0.2.7"), "*", "*", "*", null, null);
    }

    private static RoutingTable withBans(int sequence, List<Ban> bans) {
        return new RoutingTable(
                        new TableVersion("e", sequence), List.of(), List.of(), List.of(), ClusterSettings.DEFAULT)
                .withBans(bans);
    }

    private static RoutingTable randomTable(Random random, TableVersion version) {
        List<Origin> origins = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            if (random.nextBoolean()) {
                origins.add(Origins.up("o" + i, 1 + random.nextInt(3)));
            }
        }
        origins.sort((a, b) -> a.id().compareTo(b.id()));
        List<String> vhosts = random.nextBoolean() ? List.of("a.example") : List.of();
        List<PlacementRule> rules = random.nextBoolean() ? List.of(PlacementRule.DEFAULT) : List.of();
        List<Ban> bans = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            if (random.nextBoolean()) {
                Network network = Network.parse("192.0.2." + random.nextInt(3));
                bans.add(new Ban("b-" + i, network, "*", "*", "*", null, null));
            }
        }
        StreamAccess access = random.nextBoolean()
                ? StreamAccess.FREE
                : new StreamAccess(
                        List.of(new AccessRule(
                                "r" + random.nextInt(2),
                                "*",
                                "live",
                                "*",
                                new AccessCheck.None(),
                                new AccessCheck.Signed(List.of("k")))),
                        List.of(new AccessKey("k", "s" + random.nextInt(2))));
        return new RoutingTable(version, origins, vhosts, rules, ClusterSettings.DEFAULT)
                .withBans(bans)
                .withAccess(access);
    }
}
