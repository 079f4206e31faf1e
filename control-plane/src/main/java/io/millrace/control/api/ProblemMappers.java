package io.millrace.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonMistake;
import io.millrace.control.peers.SilentPeerException;
import io.millrace.control.store.StoreUnavailableException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource throws into a {@link Problem}; the only place where an exception meets a status. */
final class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** A store that is back is found within half a second. */
    private static final int STORE_RETRY_SECONDS = 1;

    @ServerExceptionMapper
    Response invalidField(InvalidFieldException e) {
        return Problem.of(Response.Status.BAD_REQUEST, text(e))
                .withCode("invalid-value")
                .atField(e.field())
                .toResponse();
    }

    @ServerExceptionMapper
    Response invalidBody(InvalidBodyException e) {
        return Problem.of(Response.Status.BAD_REQUEST, text(e))
                .withCode("invalid-value")
                .atField(e.errors().getFirst().field())
                .with(e.errors())
                .toResponse();
    }

    @ServerExceptionMapper
    Response noSuchItem(NoSuchItemException e) {
        return Problem.of(Response.Status.NOT_FOUND, text(e)).toResponse();
    }

    @ServerExceptionMapper
    Response conflict(ConflictException e) {
        return Problem.of(Response.Status.CONFLICT, text(e)).toResponse();
    }

    // Quarkus has its own mapper for exactly this class, which would win over one for its parent.
    @ServerExceptionMapper
    Response wrongJson(MismatchedInputException e) {
        return json(e);
    }

    @ServerExceptionMapper
    Response malformedJson(JsonProcessingException e) {
        return json(e);
    }

    @ServerExceptionMapper
    Response violations(ConstraintViolationException e) {
        return e.getConstraintViolations().stream()
                .min(Comparator.comparing(
                        violation -> violation.getPropertyPath().toString()))
                .map(ProblemMappers::violation)
                .orElseGet(() -> Problem.of(Response.Status.BAD_REQUEST, text(e)))
                .toResponse();
    }

    @ServerExceptionMapper
    Response webApplication(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException wrong) {
            return json(wrong);
        }
        Response answer = e.getResponse();
        if (answer.hasEntity()) {
            return answer;
        }
        Response.StatusType status = answer.getStatusInfo();
        return Response.fromResponse(answer)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(status, explained(status, text(e))))
                .build();
    }

    /** The request's body was not complete: the client has closed the connection and reads no answer. */
    @ServerExceptionMapper
    Response brokenOff(IOException e) {
        LOG.debugf("request body incomplete why=\"%s\"", e.toString());
        return Problem.of(Response.Status.BAD_REQUEST, "the body is incomplete").toResponse();
    }

    /** What an operator configured could not be kept: the disk is full, for instance. Nothing was changed. */
    @ServerExceptionMapper
    Response notKept(UncheckedIOException e) {
        LOG.errorf("a change was not kept: %s", e.getMessage());
        return Problem.of(Response.Status.SERVICE_UNAVAILABLE, "nothing was changed: " + text(e))
                .withCode("not-stored")
                .toResponse();
    }

    /** Only another control plane can do it, and that one is not there. */
    @ServerExceptionMapper
    Response silentPeer(SilentPeerException e) {
        return Problem.of(Response.Status.SERVICE_UNAVAILABLE, text(e))
                .withCode("control-plane-unavailable")
                .toResponse();
    }

    /** The store's own status and log say when it went away and why; a line for each request would bury that. */
    @ServerExceptionMapper
    Response storeAway(StoreUnavailableException e) {
        Problem problem = Problem.of(
                        Response.Status.SERVICE_UNAVAILABLE,
                        "the store takes no changes now, reading goes on: " + text(e)
                                + "; check the present state before a retry, the change may have been kept")
                .withCode("store-unavailable");
        return Response.fromResponse(problem.toResponse())
                .header(HttpHeaders.RETRY_AFTER, STORE_RETRY_SECONDS)
                .build();
    }

    @ServerExceptionMapper(Throwable.class)
    Response unexpected(Throwable e) {
        LOG.error("request failed, internal error", e);
        return Problem.of(Response.Status.INTERNAL_SERVER_ERROR, "internal error; the log has the details")
                .toResponse();
    }

    private static Response json(JsonProcessingException e) {
        JsonMistake mistake = JsonMistake.of(e);
        return Problem.of(Response.Status.BAD_REQUEST, mistake.message())
                .withCode("invalid-value")
                .atField(mistake.field())
                .toResponse();
    }

    private static Problem violation(ConstraintViolation<?> violation) {
        // A path begins with method and parameter, which the caller knows nothing of.
        String field = "";
        for (Path.Node node : violation.getPropertyPath()) {
            field = node.toString();
        }
        return Problem.of(Response.Status.BAD_REQUEST, field + " " + violation.getMessage())
                .withCode("invalid-value")
                .atField(field);
    }

    private static String explained(Response.StatusType status, String message) {
        return switch (status.getStatusCode()) {
            case 404 -> "there is nothing at this path";
            case 405 -> "this path does not take this method";
            case 415 -> "the body must be JSON: Content-Type application/json";
            default -> message;
        };
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
