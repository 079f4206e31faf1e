package io.millrace.worker.webrtc.session;

import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.webrtc.SignalledSessions;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells this worker's media side, and all other workers, where the media of a session goes. Any thread. */
public final class MediaRoutes {

    private static final Logger LOG = Logger.getLogger(MediaRoutes.class);

    private final MediaRouteBook book;
    private final SignalledSessions signalled;
    private final Duration timeout;

    /** @param timeout a client waits no longer for the control plane */
    public MediaRoutes(MediaRouteBook book, SignalledSessions signalled, Duration timeout) {
        this.book = book;
        this.signalled = signalled;
        this.timeout = timeout;
    }

    /**
     * @param namesItsRoute whether any worker finds the origin by the ufrag alone; then there is no need to wait
     * @param loop where {@code then} runs, at once or when the other workers can know
     */
    void announce(MediaRoute route, boolean namesItsRoute, Executor loop, Runnable then) {
        signalled.expect(route);
        // A stage apart: a limit that is put on the book's would end it for the book too.
        CompletionStage<Void> put = book.put(route).whenComplete((done, failure) -> warn(route, failure));
        if (namesItsRoute) {
            then.run();
            return;
        }
        var _ = put.toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((done, failure) -> {
                    if (failure instanceof TimeoutException) {
                        warn(route, failure);
                    }
                    loop.execute(then);
                });
    }

    private static void warn(MediaRoute route, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warnf(
                    "media route not announced to other workers ufrag=%s stream=\"%s\" reason=\"%s\"",
                    route.key(),
                    route.stream(),
                    failure instanceof TimeoutException ? "the control plane did not answer in time" : failure);
        }
    }

    /** The origin confirmed that the session is over. */
    void ended(String ufrag, String detail) {
        signalled.ended(ufrag, detail);
        book.remove(ufrag).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debugf("media route not removed ufrag=%s reason=\"%s\"", ufrag, failure);
            }
        });
    }
}
