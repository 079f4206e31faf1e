package io.millrace.control.srs.sender;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.registration.RegistrationSettings;
import io.millrace.control.registry.registration.Sender;
import io.millrace.control.registry.registration.Sender.Scope;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.settings.Networks;
import io.millrace.control.srs.sender.SenderRefusedException.Reason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets registrations and hooks in, or refuses them: with one log line per source and minute, and counted. Any thread; never waits. */
public final class OriginSenders {

    public static final String REGISTER = "/api/v1/srs/register";
    public static final String HOOKS = "/api/v1/hooks/srs";

    private static final String SCHEME = "Bearer ";
    private static final Pattern SECRET_IN_PATH = Pattern.compile("^(" + REGISTER + "|" + HOOKS + ")/.*");

    private final Networks networks;
    private final RegistrationTokens tokens;
    private final HooksToken hooksToken;
    private final RefusedCallers refused;
    private final MeterRegistry metrics;

    OriginSenders(
            RegistrationSettings settings,
            RegistrationTokens tokens,
            HooksToken hooksToken,
            RefusedCallers refused,
            MeterRegistry metrics) {
        this.networks = settings.networks();
        this.tokens = tokens;
        this.hooksToken = hooksToken;
        this.refused = refused;
        this.metrics = metrics;
        for (Reason reason : Reason.values()) {
            metrics.counter("millrace.registrations.refused", "reason", reason.word());
        }
    }

    /** A path without what may be a secret in it. */
    public static String shown(String path) {
        return SECRET_IN_PATH.matcher(path).replaceFirst("$1/***");
    }

    /** To be asked before the body is read; the resource asks again, by the path as it sees it. */
    public Optional<Reason> refusal(HttpServerRequest request, String path) {
        try {
            if (path.startsWith(HOOKS)) {
                hook(request);
            } else {
                registration(request);
            }
            return Optional.empty();
        } catch (SenderRefusedException e) {
            return Optional.of(e.reason());
        }
    }

    /** @throws SenderRefusedException if it may not register */
    public Sender registration(HttpServerRequest request) {
        Hops hops = Hops.of(request);
        try {
            return hops.sender(registrationScope(request, hops));
        } catch (SenderRefusedException e) {
            metrics.counter(
                            "millrace.registrations.refused",
                            "reason",
                            e.reason().word())
                    .increment();
            log(hops, REGISTER, e.reason());
            throw e;
        }
    }

    private Scope registrationScope(HttpServerRequest request, Hops hops) {
        String bearer = bearer(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (tokens.required()) {
            if (bearer == null || !tokens.include(bearer)) {
                throw new SenderRefusedException(Reason.UNAUTHORIZED);
            }
            return Scope.ANY;
        }
        // Without the setting a header means nothing, as for SRS's proxy.
        return byNetwork(hops);
    }

    /** @throws SenderRefusedException if it may not call the hooks */
    public Sender hook(HttpServerRequest request) {
        Hops hops = Hops.of(request);
        try {
            return hops.sender(hookScope(request, hops));
        } catch (SenderRefusedException e) {
            metrics.counter("millrace.hooks", "outcome", e.reason().word()).increment();
            log(hops, HOOKS, e.reason());
            throw e;
        }
    }

    private Scope hookScope(HttpServerRequest request, Hops hops) {
        if (!hooksToken.isSet()) {
            return byNetwork(hops);
        }
        if (!hooksToken.is(request.getParam("token"))) {
            throw new SenderRefusedException(Reason.UNAUTHORIZED);
        }
        return Scope.ANY;
    }

    private Scope byNetwork(Hops hops) {
        if (!hops.areIn(networks)) {
            throw new SenderRefusedException(Reason.NETWORK);
        }
        return Scope.ANY;
    }

    private void log(Hops hops, String path, Reason reason) {
        refused.refused(
                hops.peer(),
                "POST " + path,
                switch (reason) {
                    case UNAUTHORIZED -> "a valid token or credential";
                    case NETWORK -> "an address in a network of MILLRACE_REGISTRATION_NETWORKS, or a credential";
                });
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length())
                : null;
    }
}
