package io.millrace.worker.http.cache;

import io.millrace.model.Endpoint;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How to get an object that is not there, and what to make of it. */
public record FetchPlan(Endpoint endpoint, OriginHttp.Ask ask, Processing processing, Outcome outcome) {

    /** What is made of an answer. */
    public interface Processing {

        /** The largest body that makes sense; more is a failure. 0 where any size does, kept or not. */
        int wholeBodyUpTo();

        /** Called once for a complete body, on the fetch's loop. */
        Processed of(Head head, CachedObject complete);
    }

    /**
     * What was made, and how long it holds.
     *
     * @param product null where the bytes are used as they are
     * @param bytes that the product takes, about
     * @param fresh zero for not at all
     */
    public record Processed(@Nullable Object product, long bytes, Duration fresh) {

        /** Nothing was made. */
        public static Processed asItIs(Duration fresh) {
            return new Processed(null, 0, fresh);
        }
    }

    /** Called once, on the fetch's loop: how the origin answered. */
    public interface Outcome {

        void answered();

        /** @param beforeHead whether the origin sent nothing at all */
        void failed(OriginFailure failure, boolean beforeHead);
    }
}
