package io.millrace.worker.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.worker.access.authorize.StreamAuthorizer;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.access.limit.VhostLimiter;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.settings.WorkerSettings;
import io.millrace.worker.telemetry.TimeOfDay;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the access rules, bans and limits of the table in front of everything that opens sessions. */
@Singleton
class AccessBeans {

    /** Before the listeners, which start at the default priority of 2500. */
    private static final int EARLY = 400;

    @Produces
    @Singleton
    VhostLimiter limiter(SessionTable sessions) {
        return new VhostLimiter(sessions, System::nanoTime);
    }

    void start(
            @Observes @Priority(EARLY) StartupEvent event,
            SessionTable sessions,
            CurrentTable table,
            VhostLimiter limiter,
            EventLoops loops,
            WorkerSettings worker,
            TimeOfDay timeOfDay,
            MeterRegistry metrics) {
        StreamAuthorizer authorizer = new StreamAuthorizer(worker.name(), timeOfDay, System::nanoTime, metrics);
        sessions.authorizeBy(authorizer);
        Bans bans = new Bans(sessions);
        sessions.admitBy(bans);
        sessions.admitBy(limiter);
        loops.ban(bans::coverAllOf);
        table.onChange(next -> authorizer.use(next.access()));
        table.onChange(next -> bans.use(next.bans()));
        table.onChange(next -> limiter.use(next.settings().limits()));
    }
}
