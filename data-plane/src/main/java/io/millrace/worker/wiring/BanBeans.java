package io.millrace.worker.wiring;

import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.routing.table.CurrentTable;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Puts the bans of the table in front of everything that opens sessions. */
@Singleton
class BanBeans {

    /** Before the listeners, which start at the default priority of 2500. */
    private static final int EARLY = 400;

    void start(
            @Observes @Priority(EARLY) StartupEvent event,
            SessionTable sessions,
            CurrentTable table,
            EventLoops loops) {
        Bans bans = new Bans(sessions);
        sessions.admitBy(bans);
        loops.ban(bans::coverAllOf);
        table.onChange(next -> bans.use(next.bans()));
    }
}
