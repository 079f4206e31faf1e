package io.millrace.control.api.workers;

import io.millrace.control.api.Problem;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.workers.Order;
import jakarta.ws.rs.core.Response;

/** How an order to a worker is answered. */
final class Orders {

    private Orders() {}

    /** @param subject what was named, as in {@code worker edge-7} */
    static Response answer(Order order, String subject) {
        return switch (order) {
            case GIVEN -> Response.accepted().build();
            case UNKNOWN -> throw new NoSuchItemException("there is no " + subject);
            case AMBIGUOUS ->
                throw new ConflictException(subject + " exists on more than one worker; name one with ?worker=");
            case QUEUE_FULL ->
                Problem.of(
                                Response.Status.SERVICE_UNAVAILABLE,
                                "the worker has not carried out what it was asked before; try again later")
                        .toResponse();
        };
    }
}
