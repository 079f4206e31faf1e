package io.millrace.control.security;

import io.millrace.model.settings.ClusterToken;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;

/** Whether a call has the cluster token; a call without it is logged and counted. */
@Singleton
public final class CallerCheck {

    /** What is told to those who do not hold it. */
    public static final String REFUSED = "this call needs the cluster token as a bearer token";

    public static final String CHALLENGE = "Bearer realm=\"millrace workers\"";

    /** Not the token itself: filters are made before the settings are checked, and the token may be a file to create. */
    private final Instance<ClusterToken> token;

    private final RefusedCallers refused;

    @Inject
    public CallerCheck(Instance<ClusterToken> token, RefusedCallers refused) {
        this.token = token;
        this.refused = refused;
    }

    /** @param what method and path, for the log */
    public boolean allows(HttpServerRequest request, String what) {
        if (token.get().accepts(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            return true;
        }
        refused.refused(PeerAddress.of(request), what, "the cluster token");
        return false;
    }
}
