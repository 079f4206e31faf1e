package io.millrace.worker.access.authorize;

import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import io.millrace.worker.admin.sessions.CloseReason;
import java.util.concurrent.CompletableFuture;

/** One way to decide. Any thread; must not block. The future never fails. */
interface Check {

    /** Nothing has to be shown. */
    Check NONE = request -> CompletableFuture.completedFuture(Verdict.FREE);

    CompletableFuture<Verdict> decide(AccessRequest request);

    static Verdict denied(String detail) {
        return new Verdict.Denied(CloseReason.NOT_ALLOWED, detail);
    }

    static Verdict unknown(String detail) {
        return new Verdict.Denied(CloseReason.ACCESS_UNKNOWN, detail);
    }
}
