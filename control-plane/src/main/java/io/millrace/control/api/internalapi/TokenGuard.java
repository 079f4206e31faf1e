package io.millrace.control.api.internalapi;

import io.millrace.control.api.Problem;
import io.millrace.control.security.ClusterToken;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.WorkersOnly;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Answers 401 to whoever does not hold the cluster token. */
@Provider
@WorkersOnly
@Priority(Priorities.AUTHENTICATION)
public final class TokenGuard implements ContainerRequestFilter {

    /** Not the token itself: filters are made before the settings are checked, and the token may be a file to create. */
    private final Instance<ClusterToken> token;

    private final RefusedCallers refused;
    private final HttpServerRequest request;

    @Inject
    public TokenGuard(Instance<ClusterToken> token, RefusedCallers refused, HttpServerRequest request) {
        this.token = token;
        this.refused = refused;
        this.request = request;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        if (token.get().isIn(context.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            return;
        }
        SocketAddress from = request.remoteAddress();
        String source = from == null || from.hostAddress() == null ? "unknown" : from.hostAddress();
        refused.refused(source, context.getMethod() + " " + context.getUriInfo().getPath());
        Response problem = Problem.of(
                        Response.Status.UNAUTHORIZED, "this call needs the cluster token as a bearer token")
                .toResponse();
        context.abortWith(Response.fromResponse(problem)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"millrace workers\"")
                .build());
    }
}
