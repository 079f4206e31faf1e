package io.millrace.worker.access.authorize;

import io.millrace.model.access.AccessKey;
import io.millrace.model.access.Ban;
import io.millrace.model.access.UrlPermit;
import io.millrace.model.address.Network;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.telemetry.TimeOfDay;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Signed URLs. */
final class SignedCheck implements Check {

    private final List<AccessKey> keys;
    private final TimeOfDay timeOfDay;

    /** @param keys any of which may have signed */
    SignedCheck(List<AccessKey> keys, TimeOfDay timeOfDay) {
        this.keys = keys;
        this.timeOfDay = timeOfDay;
    }

    @Override
    public CompletableFuture<Verdict> decide(AccessRequest request) {
        return CompletableFuture.completedFuture(verdict(request));
    }

    private Verdict verdict(AccessRequest request) {
        Credentials shown = request.credentials();
        Optional<String> signature = shown.parameter(UrlPermit.SIGNATURE);
        if (signature.isEmpty()) {
            return Check.denied("no signature");
        }
        Optional<UrlPermit> permit = permit(request);
        if (permit.isEmpty()) {
            return Check.denied("a signed URL that makes no sense");
        }
        // First of all: what an unsigned text says is worth nothing.
        if (keys.stream().noneMatch(key -> permit.get().isSignedBy(key, signature.get()))) {
            return Check.denied("wrong signature");
        }
        if (timeOfDay.instant().getEpochSecond() >= permit.get().expires()) {
            return Check.denied("the signed URL has expired");
        }
        if (!isFor(permit.get().address(), request.clientHost())) {
            return Check.denied("the signed URL is for another address");
        }
        return new Verdict.Allowed(
                permit.get().subject().isEmpty() ? null : permit.get().subject());
    }

    private static Optional<UrlPermit> permit(AccessRequest request) {
        Credentials shown = request.credentials();
        String subject = shown.parameter(UrlPermit.SUBJECT).orElse("");
        if (subject.length() > Ban.MAX_SUBJECT) {
            return Optional.empty();
        }
        try {
            return Optional.of(new UrlPermit(
                    request.intent(),
                    request.stream(),
                    Long.parseLong(shown.parameter(UrlPermit.EXPIRES).orElse("")),
                    shown.parameter(UrlPermit.ADDRESS).orElse(""),
                    subject));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** However the two are written. */
    static boolean isFor(String address, String client) {
        return address.isEmpty()
                || Network.address(address)
                        .filter(wanted ->
                                Network.address(client).filter(wanted::equals).isPresent())
                        .isPresent();
    }
}
