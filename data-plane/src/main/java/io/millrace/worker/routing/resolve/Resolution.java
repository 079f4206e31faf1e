package io.millrace.worker.routing.resolve;

import io.millrace.model.Endpoint;
import io.millrace.model.Origin;
import java.util.Locale;

/** Where a session goes, or why it goes nowhere. */
public sealed interface Resolution {

    /**
     * Go there.
     *
     * @param endpoint the origin's listener for the protocol that was asked for
     * @param epoch the binding's epoch; 0 when this worker placed the stream alone
     */
    record Route(Origin origin, Endpoint endpoint, long epoch, Source source) implements Resolution {}

    /** Nowhere to go. */
    record NoRoute(Why why, String detail) implements Resolution {}

    /** Why there is no route. */
    enum Why {
        /** No origin may take this stream now. */
        NO_ORIGIN,
        /** The stream is live on an origin that this worker cannot reach. */
        UNREACHABLE
    }

    /** Where that comes from. */
    enum Source {
        CONTROL_PLANE,
        /** The control plane: the stream is not published, and a player may wait there. */
        PROVISIONAL,
        CACHE,
        RENDEZVOUS;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
