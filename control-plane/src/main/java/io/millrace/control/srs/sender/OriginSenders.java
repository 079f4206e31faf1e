package io.millrace.control.srs.sender;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.registry.registration.RegistrationSettings;
import io.millrace.control.registry.registration.Sender;
import io.millrace.control.registry.registration.Sender.Scope;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.srs.sender.SenderRefusedException.Reason;
import io.millrace.model.address.Networks;
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
    private final RegistrationCredentials credentials;
    private final RefusedCallers refused;
    private final MeterRegistry metrics;

    OriginSenders(
            RegistrationSettings settings,
            RegistrationTokens tokens,
            HooksToken hooksToken,
            RegistrationCredentials credentials,
            RefusedCallers refused,
            MeterRegistry metrics) {
        this.networks = settings.networks();
        this.tokens = tokens;
        this.hooksToken = hooksToken;
        this.credentials = credentials;
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
                hook(request, below(HOOKS, path));
            } else {
                registration(request, below(REGISTER, path));
            }
            return Optional.empty();
        } catch (SenderRefusedException e) {
            return Optional.of(e.reason());
        }
    }

    private static @Nullable String below(String base, String path) {
        String rest = path.substring(Math.min(path.length(), base.length() + 1));
        String segment = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        return segment.isEmpty() ? null : segment;
    }

    /**
     * @param segment of the path, behind the one of the resource; a credential
     * @throws SenderRefusedException if it may not register
     */
    public Sender registration(HttpServerRequest request, @Nullable String segment) {
        Hops hops = Hops.of(request);
        try {
            return hops.sender(registrationScope(request, segment, hops));
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

    private Scope registrationScope(HttpServerRequest request, @Nullable String segment, Hops hops) {
        if (segment != null) {
            return byCredential(segment, hops);
        }
        String bearer = bearer(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (bearer != null && isCredential(bearer)) {
            return byCredential(bearer, hops);
        }
        if (tokens.required()) {
            if (bearer == null || !tokens.include(bearer)) {
                throw new SenderRefusedException(Reason.UNAUTHORIZED);
            }
            return Scope.ANY;
        }
        // Without the setting another header means nothing, as for SRS's proxy.
        return byNetwork(hops);
    }

    /**
     * @param segment of the path, behind the one of the resource; a credential, or of no meaning
     * @throws SenderRefusedException if it may not call the hooks
     */
    public Sender hook(HttpServerRequest request, @Nullable String segment) {
        Hops hops = Hops.of(request);
        try {
            return hops.sender(hookScope(request.getParam("token"), segment, hops));
        } catch (SenderRefusedException e) {
            metrics.counter("millrace.hooks", "outcome", e.reason().word()).increment();
            log(hops, HOOKS, e.reason());
            throw e;
        }
    }

    private Scope hookScope(@Nullable String token, @Nullable String segment, Hops hops) {
        String credential = segment != null && isCredential(segment) ? segment : token;
        if (credential != null && isCredential(credential)) {
            return byCredential(credential, hops);
        }
        if (!hooksToken.isSet()) {
            return byNetwork(hops);
        }
        if (!hooksToken.is(token)) {
            throw new SenderRefusedException(Reason.UNAUTHORIZED);
        }
        return Scope.ANY;
    }

    private static boolean isCredential(String text) {
        return text.startsWith(RegistrationCredentials.PREFIX);
    }

    /** What is shown has to be valid, also where nothing had to be shown: then whoever revokes it keeps its holder out. */
    private Scope byCredential(String presented, Hops hops) {
        RegistrationCredential credential =
                credentials.find(presented).orElseThrow(() -> new SenderRefusedException(Reason.UNAUTHORIZED));
        Scope scope = credential.scope();
        if (!scope.networks().equals(Networks.NONE) && !hops.areIn(scope.networks())) {
            throw new SenderRefusedException(Reason.UNAUTHORIZED);
        }
        credentials.used(credential);
        return scope;
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
