package io.millrace.control.registry;

import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.OriginSource;
import io.millrace.model.OriginId;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The origins that operators named: in the configuration, or as the default backend in the settings. */
record ConfiguredOrigins(@Nullable StaticOrigin defaultBackend) {

    /** As if each had just been added. */
    Map<OriginId, KnownOrigin> at(ClusterConfig config, Instant now) {
        Map<OriginId, KnownOrigin> origins = new TreeMap<>();
        if (defaultBackend != null) {
            origins.put(defaultBackend.id(), KnownOrigin.ofOperator(defaultBackend, OriginSource.DEFAULT_BACKEND, now));
        }
        for (StaticOrigin origin : config.staticOrigins()) {
            origins.put(origin.id(), KnownOrigin.ofOperator(origin, OriginSource.STATIC, now));
        }
        return origins;
    }
}
