package io.millrace.control.registry;

import io.millrace.control.config.OriginOverride;
import io.millrace.model.Origin;
import org.jspecify.annotations.Nullable;

/** What an operator said of an origin, over what the origin says of itself. */
final class Overrides {

    private Overrides() {}

    static Origin apply(Origin described, @Nullable OriginOverride override) {
        if (override == null) {
            return described;
        }
        return new Origin(
                described.id(),
                described.server(),
                described.name(),
                described.ip(),
                described.incarnation(),
                described.kind(),
                described.endpoints(),
                described.zone(),
                override.labels() == null ? described.labels() : override.labels(),
                override.weight() == null ? described.weight() : override.weight(),
                described.state(),
                override.admission() == null ? described.admission() : override.admission());
    }
}
