package io.millrace.worker.admin.sessions;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides whether clients may do what they want, by what they show. Any thread. */
public interface Authorizer {

    /** Everything is free. */
    Authorizer NONE = request -> CompletableFuture.completedFuture(Verdict.FREE);

    /** Answers at once where it can. The future never fails; it may be completed on any thread. */
    CompletableFuture<Verdict> decide(AccessRequest request);

    /** What was decided. */
    sealed interface Verdict {

        /** Nothing had to be shown. */
        Verdict FREE = new Allowed(null);

        /** @param subject whom the credential names */
        record Allowed(@Nullable String subject) implements Verdict {}

        /** @param detail for the log: no secrets */
        record Denied(CloseReason reason, String detail) implements Verdict {}
    }
}
