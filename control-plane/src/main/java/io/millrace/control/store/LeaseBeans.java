package io.millrace.control.store;

import io.millrace.control.start.ControlPlaneRun;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The lease of everything that is done again and again and by one control plane only: probes, polls, watching for silence. */
@ApplicationScoped
class LeaseBeans {

    private static final Logger LOG = Logger.getLogger(LeaseBeans.class);
    private static final Duration LENGTH = Duration.ofSeconds(5);
    private static final long RENEW_MILLIS = 1_000;

    private final ScheduledExecutorService renewing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease").factory());

    @Produces
    @Singleton
    Lease background(KeyedStores stores, ControlPlaneRun run) {
        Lease lease = new Lease(
                stores.shared("leases", String.class, Lease.Holder.class),
                "background",
                run.id(),
                LENGTH,
                System::nanoTime);
        lease.renew();
        var _ = renewing.scheduleWithFixedDelay(() -> renew(lease), RENEW_MILLIS, RENEW_MILLIS, TimeUnit.MILLISECONDS);
        return lease;
    }

    private static void renew(Lease lease) {
        try {
            boolean before = lease.isHeld();
            lease.renew();
            if (before != lease.isHeld()) {
                LOG.infof("background work is %s", before ? "done by another control plane" : "done here");
            }
        } catch (RuntimeException e) {
            // An exception that leaves this method would end the renewing for good.
            LOG.error("lease of the background work not renewed, internal error; it is renewed again", e);
        }
    }

    void stop(@Observes ShutdownEvent event, Lease lease) {
        renewing.shutdownNow();
        lease.release();
    }
}
