package io.millrace.control.api.access;

import io.millrace.control.api.Problem;
import io.millrace.control.security.PeerAddress;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.login.LoginSettings;
import io.millrace.control.security.login.ManagementMechanism;
import io.millrace.control.security.login.oidc.ProviderUnavailableException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Answers those who have not said who they are, or may not do what they ask for; counts and logs them. */
@Singleton
public final class RefusalMappers {

    private final RefusedCallers refused;
    private final LoginSettings settings;

    @Inject
    RefusalMappers(RefusedCallers refused, LoginSettings settings) {
        this.refused = refused;
        this.settings = settings;
    }

    @ServerExceptionMapper
    public Response notLoggedIn(UnauthorizedException e, RoutingContext request) {
        count(request, "a log-in");
        return unauthenticated("not-logged-in", settings.mode().howToLogIn());
    }

    @ServerExceptionMapper
    public Response wrongCredential(AuthenticationFailedException e, RoutingContext request) {
        count(request, "a valid token");
        return unauthenticated("credential-invalid", "what the request shows is unknown, has expired or was revoked");
    }

    @ServerExceptionMapper
    public Response notAllowed(ForbiddenException e, ResourceInfo resource, RoutingContext request) {
        String role = role(resource);
        count(request, "role " + role);
        @Nullable String why = request.get(ManagementMechanism.WHY_NO_ROLE);
        return Problem.of(Response.Status.FORBIDDEN, "this needs the role " + role + (why == null ? "" : "; " + why))
                .withCode("role-missing")
                .toResponse();
    }

    /** Not the caller's mistake, so nothing is counted against them. */
    @ServerExceptionMapper
    public Response providerAway(ProviderUnavailableException e) {
        Response problem = Problem.of(Response.Status.SERVICE_UNAVAILABLE, "the identity provider does not answer")
                .withCode("provider-unavailable")
                .toResponse();
        return Response.fromResponse(problem)
                .header(HttpHeaders.RETRY_AFTER, ProviderUnavailableException.RETRY_AFTER)
                .build();
    }

    private static String role(ResourceInfo resource) {
        @Nullable RolesAllowed roles = resource.getResourceMethod().getAnnotation(RolesAllowed.class);
        if (roles == null) {
            roles = resource.getResourceClass().getAnnotation(RolesAllowed.class);
        }
        return roles == null ? "none" : String.join(" or ", roles.value());
    }

    private static Response unauthenticated(String code, String detail) {
        Response problem =
                Problem.of(Response.Status.UNAUTHORIZED, detail).withCode(code).toResponse();
        return Response.fromResponse(problem)
                .header(HttpHeaders.WWW_AUTHENTICATE, ManagementMechanism.CHALLENGE)
                .build();
    }

    private void count(RoutingContext request, String missing) {
        refused.refused(
                PeerAddress.of(request.request()),
                request.request().method() + " " + request.normalizedPath(),
                missing);
    }
}
