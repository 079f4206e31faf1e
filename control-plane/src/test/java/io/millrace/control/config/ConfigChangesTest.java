package io.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Admission;
import io.millrace.model.OriginId;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
import io.millrace.model.table.ClusterSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfigChangesTest {

    @Test
    void isNothingBetweenEqualDocuments() {
        ConfigChanges changes = ConfigChanges.between(ClusterConfig.EMPTY, ClusterConfig.EMPTY);
        assertThat(changes.none()).isTrue();
        assertThat(changes.summary()).isEqualTo("nothing");
    }

    @Test
    void namesWhatCameWentAndChangedPartByPart() {
        OriginId origin = new OriginId("o-1");
        ClusterConfig before = ClusterConfig.EMPTY
                .withRules(List.of(rule("gold", "a"), rule("rest", "*")))
                .withVhosts(List.of("old.example"))
                .withOverrides(Map.of(origin, new OriginOverride(Admission.OPEN, null, null)));
        ClusterConfig after = before.withRules(List.of(rule("gold", "b"), rule("events", "*")))
                .withVhosts(List.of())
                .withOverrides(Map.of(origin, new OriginOverride(Admission.DRAINING, null, null)))
                .withSettings(new ClusterSettings(500, 1_000))
                .withAccessRules(List.of(new AccessRule(
                        "cameras", "*", "live", "cam*", new AccessCheck.None(), new AccessCheck.None())));
        ConfigChanges changes = ConfigChanges.between(before, after);
        assertThat(changes.rules())
                .isEqualTo(new ConfigChanges.PartChanges(List.of("events"), List.of("rest"), List.of("gold"), false));
        assertThat(changes.summary())
                .isEqualTo(
                        "overrides ~o-1; rules +events -rest ~gold; vhosts -old.example; settings ~reportMillis; access rules +cameras");
    }

    @Test
    void tellsOfAnotherOrder() {
        ClusterConfig before = ClusterConfig.EMPTY.withRules(List.of(rule("a", "*"), rule("b", "*")));
        ClusterConfig after = ClusterConfig.EMPTY.withRules(List.of(rule("b", "*"), rule("new", "*"), rule("a", "*")));
        assertThat(ConfigChanges.between(before, after).summary()).isEqualTo("rules +new reordered");
    }

    @Test
    void summaryStaysOneLineHoweverMuchChanged() {
        List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "v" + i).toList();
        assertThat(ConfigChanges.between(ClusterConfig.EMPTY, ClusterConfig.EMPTY.withVhosts(many))
                        .summary())
                .isEqualTo("vhosts +v0 +v1 +v2 +v3 +v4 and 995 more");
    }

    private static PlacementRule rule(String name, String app) {
        return new PlacementRule(name, "*", app, "*", Policy.RANDOM, "", Map.of(), 0, Delivery.RELAY);
    }
}
