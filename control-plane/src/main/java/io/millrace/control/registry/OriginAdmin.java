package io.millrace.control.registry;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What operators do to origins; kept in the configuration, so that it outlives the process. */
@ApplicationScoped
public class OriginAdmin {

    private static final OriginOverride NONE = new OriginOverride(null, null, null);

    private final OriginRegistry registry;
    private final ConfigRepository config;
    private final EventLog events;

    OriginAdmin(OriginRegistry registry, ConfigRepository config, EventLog events) {
        this.registry = registry;
        this.config = config;
        this.events = events;
    }

    /** Adds an origin that does not register by itself. */
    public ConfigUpdate add(StaticOrigin origin, String actor) {
        ConfigUpdate update = config.update(actor, "", current -> {
            if (registry.find(origin.id()).isPresent()
                    || current.staticOrigins().stream()
                            .anyMatch(known -> known.id().equals(origin.id()))) {
                throw new ConflictException("origin " + origin.id() + " with this server, ip and port exists already");
            }
            List<StaticOrigin> next = new ArrayList<>(current.staticOrigins());
            next.add(origin);
            return current.withStaticOrigins(next);
        });
        registry.followConfig();
        return update;
    }

    /** Changes what overrides the origin's own word. */
    public ConfigUpdate override(OriginId id, UnaryOperator<OriginOverride> change, String actor) {
        KnownOrigin origin = required(id);
        OriginOverride[] result = new OriginOverride[1];
        boolean[] changed = new boolean[1];
        ConfigUpdate update = config.update(actor, "", current -> {
            Map<OriginId, OriginOverride> overrides = new TreeMap<>(current.overrides());
            OriginOverride before = overrides.getOrDefault(id, NONE);
            OriginOverride after = change.apply(before);
            if (after.equals(NONE)) {
                overrides.remove(id);
            } else {
                overrides.put(id, after);
            }
            result[0] = after;
            changed[0] = !after.equals(before);
            return current.withOverrides(overrides);
        });
        registry.followConfig();
        if (changed[0]) {
            events.record(
                    EventKind.ORIGIN_CHANGED_BY_OPERATOR,
                    id.value(),
                    actor,
                    origin.described().displayName() + " " + describe(result[0]));
        }
        return update;
    }

    /** Takes an origin out: one that an operator added, or one that is down. */
    public ConfigUpdate delete(OriginId id, String actor) {
        KnownOrigin origin = required(id);
        return switch (origin.source()) {
            case STATIC -> forget(id, true, actor);
            case DEFAULT_BACKEND ->
                throw new ConflictException(
                        "origin " + id
                                + " comes from the settings PROXY_DEFAULT_BACKEND_*; set PROXY_DEFAULT_BACKEND_ENABLED=off instead");
            case HEARTBEAT, RESTORED -> {
                if (origin.state() != OriginState.DOWN) {
                    throw new ConflictException(
                            "origin " + id + " is " + origin.state().word()
                                    + " and would register again; cordon it (PATCH admission) or stop it first");
                }
                ConfigUpdate update = forget(id, false, actor);
                if (!registry.remove(id, actor)) {
                    throw new NoSuchItemException("there is no origin " + id);
                }
                yield update;
            }
        };
    }

    private ConfigUpdate forget(OriginId id, boolean isStatic, String actor) {
        ConfigUpdate update = config.update(actor, "", current -> {
            Map<OriginId, OriginOverride> overrides = new TreeMap<>(current.overrides());
            overrides.remove(id);
            List<StaticOrigin> origins = current.staticOrigins();
            if (isStatic) {
                origins = origins.stream()
                        .filter(origin -> !origin.id().equals(id))
                        .toList();
            }
            return current.withOverrides(overrides).withStaticOrigins(origins);
        });
        registry.followConfig();
        return update;
    }

    private KnownOrigin required(OriginId id) {
        return registry.known(id).orElseThrow(() -> new NoSuchItemException("there is no origin " + id));
    }

    private static String describe(OriginOverride override) {
        return "admission="
                + (override.admission() == null ? "-" : override.admission().word()) + " weight="
                + (override.weight() == null ? "-" : override.weight()) + " labels="
                + (override.labels() == null ? "-" : override.labels());
    }
}
