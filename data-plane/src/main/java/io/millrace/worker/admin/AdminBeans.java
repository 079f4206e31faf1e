package io.millrace.worker.admin;

import io.millrace.worker.admin.sessions.SessionTable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ties the drain to the life of the process. */
@Singleton
class AdminBeans {

    private static final int HALTED = 1;

    private final AtomicBoolean stopping = new AtomicBoolean();

    @Produces
    @Singleton
    Drain drain(DrainLimits limits, SessionTable sessions) {
        return new Drain(
                limits,
                sessions,
                this::exitUnlessStopping,
                () -> Runtime.getRuntime().halt(HALTED));
    }

    private void exitUnlessStopping() {
        if (!stopping.get()) {
            Quarkus.asyncExit(0);
        }
    }

    /**
     * A signal or the end of an earlier drain. Quarkus sends this before it stops anything and goes on when the observer returns,
     * so health and metrics answer as long as the drain takes.
     */
    void onStop(@Observes ShutdownDelayInitiatedEvent event, Drain drain) {
        stopping.set(true);
        try {
            drain.begin("the process was asked to stop").toCompletableFuture().join();
        } catch (CancellationException | CompletionException e) {
            throw new IllegalStateException("the drain does not fail", e);
        }
    }
}
