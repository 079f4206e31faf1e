package io.millrace.worker.access.authorize;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.StreamAccess;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.telemetry.TimeOfDay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Decides by the access rules of the table in use. Any thread. */
public final class StreamAuthorizer implements Authorizer {

    private static final Logger LOG = Logger.getLogger(StreamAuthorizer.class);
    private static final CompletableFuture<Verdict> FREE = CompletableFuture.completedFuture(Verdict.FREE);

    private final String worker;
    private final TimeOfDay timeOfDay;
    private final LongSupplier nanos;
    private final MeterRegistry metrics;
    private final WebCalls calls = new WebCalls();
    private volatile InForce inForce = new InForce(StreamAccess.FREE, List.of(), Map.of());

    private record InForce(StreamAccess access, List<Guarded> rules, Map<AccessCheck, Check> asking) {}

    private record Guarded(AccessRule rule, Check publish, Check play) {}

    /**
     * @param worker its name
     * @param nanos a steady clock
     */
    public StreamAuthorizer(String worker, TimeOfDay timeOfDay, LongSupplier nanos, MeterRegistry metrics) {
        this.worker = worker;
        this.timeOfDay = timeOfDay;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    /** A table came into use. */
    public synchronized void use(StreamAccess access) {
        InForce before = inForce;
        if (access.equals(before.access())) {
            return;
        }
        // What they have learnt and what they have asked stays with those that ask elsewhere.
        Map<AccessCheck, Check> asking = new HashMap<>();
        List<Guarded> rules = new ArrayList<>();
        for (AccessRule rule : access.rules()) {
            rules.add(new Guarded(
                    rule,
                    check(rule.publish(), access.keys(), before.asking(), asking),
                    check(rule.play(), access.keys(), before.asking(), asking)));
        }
        inForce = new InForce(access, List.copyOf(rules), asking);
        LOG.infof("access rules in force=%d", rules.size());
    }

    private Check check(
            AccessCheck wanted, List<AccessKey> keys, Map<AccessCheck, Check> before, Map<AccessCheck, Check> asking) {
        return switch (wanted) {
            case AccessCheck.None none -> Check.NONE;
            case AccessCheck.Signed signed ->
                new SignedCheck(
                        keys.stream()
                                .filter(key -> signed.keys().contains(key.name()))
                                .toList(),
                        timeOfDay);
            case AccessCheck.Jwt jwt ->
                asking.computeIfAbsent(
                        jwt, none -> before.getOrDefault(jwt, new TokenCheck(jwt, keys(jwt), timeOfDay)));
            case AccessCheck.Callback callback ->
                asking.computeIfAbsent(
                        callback,
                        none -> before.getOrDefault(callback, new CallbackCheck(callback, worker, calls, nanos)));
        };
    }

    private IssuerKeys keys(AccessCheck.Jwt jwt) {
        return jwt.jwks() == null ? new FixedKeys(jwt.publicKeys()) : new FetchedKeys(jwt.jwks(), calls, nanos);
    }

    @Override
    public CompletableFuture<Verdict> decide(AccessRequest request) {
        Check check = check(request.stream(), request.intent());
        return check == Check.NONE ? FREE : check.decide(request).thenApply(this::counted);
    }

    private Check check(StreamKey stream, Intent intent) {
        for (Guarded guarded : inForce.rules()) {
            if (guarded.rule().matches(stream)) {
                return intent == Intent.PUBLISH ? guarded.publish() : guarded.play();
            }
        }
        return Check.NONE;
    }

    private Verdict counted(Verdict verdict) {
        String outcome = switch (verdict) {
            case Verdict.Allowed allowed -> "allowed";
            case Verdict.Denied denied when denied.reason() == CloseReason.NOT_ALLOWED -> "denied";
            case Verdict.Denied denied -> "unknown";
        };
        metrics.counter("millrace.access.decisions", "outcome", outcome).increment();
        return verdict;
    }
}
