package io.millrace.worker.http.cache;

import io.millrace.model.Endpoint;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How to get an object that is not there, and what to make of it. */
public record FetchPlan(Endpoint endpoint, OriginHttp.Ask ask, Harvest harvest, Outcome outcome) {

    /** What is made of an answer. */
    public interface Harvest {

        /** The largest body that makes sense; more is a failure. 0 where any size does, kept or not. */
        int wholeBodyUpTo();

        /** Called once for a complete body, on the fetch's loop. */
        Harvested of(Head head, CachedObject complete);
    }

    /**
     * What was made, and how long it holds.
     *
     * @param product null for bytes that speak for themselves
     * @param bytes that the product takes, about
     * @param fresh zero for not at all
     */
    public record Harvested(@Nullable Object product, long bytes, Duration fresh) {

        /** Nothing was made. */
        public static Harvested asItIs(Duration fresh) {
            return new Harvested(null, 0, fresh);
        }
    }

    /** Hears once, on the fetch's loop, how the origin took it. */
    public interface Outcome {

        void answered();

        /** @param beforeHead whether the origin has not said a word */
        void failed(OriginFailure failure, boolean beforeHead);
    }
}
