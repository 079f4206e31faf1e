package io.millrace.worker.admin.sessions;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the session table does every second: it logs the rejects that were only counted, and forgets players that wait no longer. */
@Singleton
class RejectLogTimer {

    private final SessionTable sessions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("reject-log").daemon().factory());
    private @Nullable ScheduledFuture<?> timer;

    RejectLogTimer(SessionTable sessions) {
        this.sessions = sessions;
    }

    void start(@Observes StartupEvent event) {
        timer = thread.scheduleAtFixedRate(
                () -> {
                    sessions.logRejects();
                    sessions.sweepWaiting();
                },
                1,
                1,
                TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        if (timer != null) {
            timer.cancel(false);
        }
        thread.shutdown();
    }
}
