package io.millrace.control.security.login.oidc;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Bounds what waits for the provider: few at once, each for a short time, and nothing for a moment after it did not answer. Any thread. */
final class ProviderCalls {

    static final int MAX_WAITING = 16;

    private static final Logger LOG = Logger.getLogger(ProviderCalls.class);

    /** More than the deadlines of the two requests of which a call consists at most. */
    private static final Duration DEADLINE =
            ProviderRequests.DEADLINE.multipliedBy(2).plusSeconds(1);

    private static final long PAUSE =
            Duration.ofSeconds(ProviderUnavailableException.RETRY_AFTER).toNanos();
    private static final long LINE_EVERY = Duration.ofMinutes(1).toNanos();

    private final String provider;
    private final LongSupplier nanos;
    private final Semaphore places = new Semaphore(MAX_WAITING);
    private long pausedUntil;
    private long lineAfter;
    private boolean away;

    /**
     * @param provider for the log
     * @param nanos a monotonic clock
     */
    ProviderCalls(String provider, LongSupplier nanos) {
        this.provider = provider;
        this.nanos = nanos;
        this.pausedUntil = nanos.getAsLong();
        this.lineAfter = pausedUntil;
    }

    /** @param meansAway whether a failure is the provider's silence, and not its answer */
    <T> Uni<T> call(Predicate<Throwable> meansAway, Supplier<Uni<? extends T>> request) {
        return Uni.createFrom().deferred(() -> {
            if (isPaused() || !places.tryAcquire()) {
                return Uni.createFrom().failure(new ProviderUnavailableException());
            }
            return Uni.createFrom()
                    .<T>deferred(request)
                    .ifNoItem()
                    .after(DEADLINE)
                    .failWith(TimeoutException::new)
                    .onTermination()
                    .invoke(places::release)
                    .onItem()
                    .invoke(this::answered)
                    .onFailure()
                    .transform(failure -> {
                        if (meansAway.test(failure)) {
                            silent();
                            return new ProviderUnavailableException();
                        }
                        answered();
                        return failure;
                    });
        });
    }

    private synchronized boolean isPaused() {
        return nanos.getAsLong() - pausedUntil < 0;
    }

    private synchronized void answered() {
        if (away) {
            away = false;
            lineAfter = nanos.getAsLong();
            LOG.infof("identity provider answers again url=%s", provider);
        }
    }

    private synchronized void silent() {
        long now = nanos.getAsLong();
        away = true;
        pausedUntil = now + PAUSE;
        if (now - lineAfter >= 0) {
            lineAfter = now + LINE_EVERY;
            LOG.warnf(
                    "identity provider does not answer url=%s; log-ins of before go on;"
                            + " QUARKUS_LOG_CATEGORY__IO_QUARKUS_OIDC__LEVEL=WARN shows why",
                    provider);
        }
    }
}
