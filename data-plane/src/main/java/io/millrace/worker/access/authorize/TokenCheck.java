package io.millrace.worker.access.authorize;

import io.millrace.model.Glob;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.Ban;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import io.millrace.worker.telemetry.TimeOfDay;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

/** JSON web tokens. */
final class TokenCheck implements Check {

    /** Of issuers' clocks and ours. */
    private static final int CLOCK_DIFFERENCE_SECONDS = 30;

    private static final int MAX_LENGTH = 8_192;

    /** Signatures by private keys only: with a shared secret among them, a public key could be taken for one. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    private final AccessCheck.Jwt wanted;
    private final IssuerKeys keys;
    private final TimeOfDay timeOfDay;

    TokenCheck(AccessCheck.Jwt wanted, IssuerKeys keys, TimeOfDay timeOfDay) {
        this.wanted = wanted;
        this.keys = keys;
        this.timeOfDay = timeOfDay;
    }

    @Override
    public CompletableFuture<Verdict> decide(AccessRequest request) {
        Optional<String> token = Optional.ofNullable(request.credentials().bearer())
                .or(() -> request.credentials().parameter(AccessCheck.TOKEN));
        if (token.isEmpty()) {
            return CompletableFuture.completedFuture(Check.denied("no token"));
        }
        if (token.get().length() > MAX_LENGTH) {
            return CompletableFuture.completedFuture(
                    Check.denied("a token of more than " + MAX_LENGTH + " characters"));
        }
        return keys.forToken(token.get()).thenApply(known -> verdict(request, token.get(), known));
    }

    private Verdict verdict(AccessRequest request, String token, IssuerKeys.Known known) {
        if (known.keys().isEmpty()) {
            return Check.unknown("the keys of the token's issuer are unknown: " + known.problem());
        }
        try {
            return allowed(request, claims(token, known.keys()));
        } catch (InvalidJwtException e) {
            // The message has the token in it.
            return Check.denied(problem(e));
        } catch (MalformedClaimException e) {
            return Check.denied("a claim of the token has another type than it should");
        }
    }

    private JwtClaims claims(String token, List<JsonWebKey> known) throws InvalidJwtException {
        JwksVerificationKeyResolver resolver = new JwksVerificationKeyResolver(known);
        resolver.setDisambiguateWithVerifySignature(true);
        JwtConsumerBuilder consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKeyResolver(resolver)
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_DIFFERENCE_SECONDS)
                .setEvaluationTime(
                        NumericDate.fromMilliseconds(timeOfDay.instant().toEpochMilli()));
        if (wanted.issuer() != null) {
            consumer.setExpectedIssuer(wanted.issuer());
        }
        if (wanted.audience() != null) {
            consumer.setExpectedAudience(wanted.audience());
        }
        return consumer.build().processToClaims(token);
    }

    private static String problem(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.EXPIRED) || e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "the token has expired, or does not say when it does";
        }
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "the token is not valid yet";
        }
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "the token is of another issuer";
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "the token is for another audience";
        }
        return "a token that is malformed, or not signed by a key of its issuer";
    }

    private static Verdict allowed(AccessRequest request, JwtClaims claims) throws MalformedClaimException {
        String claim = request.intent().word();
        if (!claims.hasClaim(claim) || !covers(patterns(claims, claim), request.stream())) {
            return Check.denied("the token's claim " + claim + " does not name the stream");
        }
        if (claims.hasClaim("address")
                && !SignedCheck.isFor(claims.getStringClaimValue("address"), request.clientHost())) {
            return Check.denied("the token is for another address");
        }
        String subject = claims.getSubject();
        return subject != null && subject.length() > Ban.MAX_SUBJECT
                ? Check.denied("the token's subject is longer than " + Ban.MAX_SUBJECT + " characters")
                : new Verdict.Allowed(subject);
    }

    private static List<String> patterns(JwtClaims claims, String claim) throws MalformedClaimException {
        return claims.isClaimValueString(claim)
                ? List.of(claims.getStringClaimValue(claim))
                : claims.getStringListClaimValue(claim);
    }

    /** Patterns are over app/stream, whatever the vhost is, or over vhost/app/stream. */
    private static boolean covers(List<String> patterns, StreamKey stream) {
        String withoutVhost = stream.app() + "/" + stream.stream();
        return patterns.stream()
                .anyMatch(pattern -> Glob.matches(pattern, withoutVhost) || Glob.matches(pattern, stream.toString()));
    }
}
