package io.millrace.control.intake;

import jakarta.ws.rs.core.Response.Status;
import java.util.Locale;

/** Why a request is not let in, what it is answered and whether it makes sense to try again. */
enum Refusal {
    BODY_TOO_LARGE(Status.REQUEST_ENTITY_TOO_LARGE, false),
    BODY_TOO_SLOW(Status.REQUEST_TIMEOUT, false),
    TOO_MANY_BODIES(Status.SERVICE_UNAVAILABLE, true),
    TOO_MANY_BODIES_OF_ADDRESS(Status.TOO_MANY_REQUESTS, true),
    TOO_MANY_UNREAD_ANSWERS(Status.SERVICE_UNAVAILABLE, true),
    NOT_OF_THE_CLUSTER(Status.UNAUTHORIZED, false),
    /** A registration or a hook without the token that it needs. */
    ORIGIN_UNAUTHORIZED(Status.UNAUTHORIZED, false),
    /** A registration or a hook from where none is taken. */
    ORIGIN_ELSEWHERE(Status.FORBIDDEN, false),
    PAGE_OF_ANOTHER_ORIGIN(Status.FORBIDDEN, false);

    private final Status status;
    private final boolean passes;

    Refusal(Status status, boolean passes) {
        this.status = status;
        this.passes = passes;
    }

    Status status() {
        return status;
    }

    /** Whether the same request may be let in a moment later. */
    boolean passes() {
        return passes;
    }

    /** In the answer and in the metric. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
