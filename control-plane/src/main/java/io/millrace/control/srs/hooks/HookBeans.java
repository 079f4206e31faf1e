package io.millrace.control.srs.hooks;

import io.millrace.control.registry.Origins;
import io.millrace.control.streams.origins.OriginReports;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the hooks together. */
@ApplicationScoped
class HookBeans {

    @Produces
    @Singleton
    Hooks hooks(Origins origins, OriginReports reports) {
        return new Hooks(origins, reports);
    }
}
