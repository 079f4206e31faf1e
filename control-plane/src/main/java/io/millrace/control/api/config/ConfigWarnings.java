package io.millrace.control.api.config;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.placement.RuleWarnings;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a configuration may say, yet probably does not mean, seen from what is known to live. */
final class ConfigWarnings {

    private static final int MAX_WARNINGS = 100;

    private ConfigWarnings() {}

    static List<String> of(ClusterConfig config, OriginRegistry registry, AccessKeys keys) {
        List<String> warnings = new ArrayList<>();
        Map<OriginId, Origin> known = new TreeMap<>();
        registry.all().forEach(origin -> known.put(origin.id(), origin));
        for (StaticOrigin origin : config.staticOrigins()) {
            registry.known(origin.id())
                    .filter(there -> !there.source().isProbed())
                    .map(KnownOrigin::described)
                    .ifPresent(there -> warnings.add("static origin " + origin.id() + " (" + there.displayName()
                            + ") registers by itself and need not be configured"));
            known.putIfAbsent(origin.id(), described(origin));
        }
        config.overrides().keySet().stream()
                .filter(id -> !known.containsKey(id))
                .forEach(id -> warnings.add(
                        "overrides." + id + " belongs to no origin that is known now; it counts once that one is"));
        warnings.addAll(RuleWarnings.of(config.rules(), known.values()));
        warnings.addAll(AccessWarnings.of(config.accessRules(), keys::knows));
        return warnings.size() <= MAX_WARNINGS ? warnings : warnings.subList(0, MAX_WARNINGS);
    }

    private static Origin described(StaticOrigin origin) {
        return new Origin(
                origin.id(),
                origin.server(),
                origin.ip(),
                Incarnation.UNKNOWN,
                origin.kind(),
                origin.endpoints(),
                origin.zone(),
                origin.labels(),
                origin.weight(),
                OriginState.UP,
                Admission.OPEN);
    }
}
