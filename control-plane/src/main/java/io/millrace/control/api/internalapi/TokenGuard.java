package io.millrace.control.api.internalapi;

import io.millrace.control.api.Problem;
import io.millrace.control.security.CallerCheck;
import io.millrace.control.security.WorkersOnly;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Answers 401 to requests without the cluster token. */
@Provider
@WorkersOnly
@Priority(Priorities.AUTHENTICATION)
public final class TokenGuard implements ContainerRequestFilter {

    private final CallerCheck callers;
    private final HttpServerRequest request;

    @Inject
    public TokenGuard(CallerCheck callers, HttpServerRequest request) {
        this.callers = callers;
        this.request = request;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        if (callers.allows(
                request, context.getMethod() + " " + context.getUriInfo().getPath())) {
            return;
        }
        Response problem =
                Problem.of(Response.Status.UNAUTHORIZED, CallerCheck.REFUSED).toResponse();
        context.abortWith(Response.fromResponse(problem)
                .header(HttpHeaders.WWW_AUTHENTICATE, CallerCheck.CHALLENGE)
                .build());
    }
}
