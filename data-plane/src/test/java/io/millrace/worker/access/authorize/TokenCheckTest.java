package io.millrace.worker.access.authorize;

import static io.millrace.worker.access.authorize.Clients.CAM;
import static io.millrace.worker.access.authorize.Clients.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.access.AccessCheck;
import io.millrace.worker.admin.sessions.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCheckTest {

    private static final KeyPair RSA = pair("RSA");
    private static final KeyPair OTHER = pair("RSA");
    private static final KeyPair EC = pair("EC");
    private static final KeyPair EDWARDS = pair("Ed25519");

    private final TokenCheck check =
            new TokenCheck(rule(null), new FixedKeys(List.of(pem(EC), pem(OTHER), pem(RSA), pem(EDWARDS))), () -> NOW);

    private static AccessCheck.Jwt rule(@Nullable String audience) {
        return new AccessCheck.Jwt(null, List.of(), "https://id.example", audience);
    }

    private static KeyPair pair(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("https://id.example");
        claims.setSubject("ann");
        claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + 60));
        claims.setStringClaim("play", "live/*");
        claims.setStringListClaim("publish", "other/x", "__defaultVhost__/live/cam");
        return claims;
    }

    private static String token(Key key, String algorithm, Consumer<JwtClaims> change) throws Exception {
        JwtClaims claims = claims();
        change.accept(claims);
        JsonWebSignature signed = new JsonWebSignature();
        signed.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signed.setPayload(claims.toJson());
        signed.setAlgorithmHeaderValue(algorithm);
        signed.setKey(key);
        signed.setDoKeyValidation(false);
        return signed.getCompactSerialization();
    }

    private static String token(Key key, String algorithm) throws Exception {
        return token(key, algorithm, claims -> {});
    }

    private static String good() throws Exception {
        return token(RSA.getPrivate(), AlgorithmIdentifiers.RSA_USING_SHA256);
    }

    private static String good(Consumer<JwtClaims> change) throws Exception {
        return token(RSA.getPrivate(), AlgorithmIdentifiers.RSA_USING_SHA256, change);
    }

    private String outcome(String token) {
        return Clients.outcome(
                check.decide(Clients.withToken(Intent.PLAY, token)).join());
    }

    @Test
    void anyKeyOfTheRuleIsGood() throws Exception {
        assertThat(outcome(good())).isEqualTo("allowed ann");
        assertThat(outcome(token(RSA.getPrivate(), "PS256"))).isEqualTo("allowed ann");
        assertThat(outcome(token(OTHER.getPrivate(), "RS512"))).isEqualTo("allowed ann");
        assertThat(outcome(token(EDWARDS.getPrivate(), "EdDSA"))).isEqualTo("allowed ann");
        KeyPair p384 = EC;
        assertThat(outcome(token(p384.getPrivate(), "ES384"))).isEqualTo("allowed ann");
        assertThat(outcome(token(pair("RSA").getPrivate(), "RS256")))
                .isEqualTo("a token that is malformed, or not signed by a key of its issuer");
    }

    @Test
    void standsInTheQueryWhereNoHeaderCan() throws Exception {
        String token = good();
        assertThat(Clients.outcome(check.decide(Clients.withQuery(Intent.PUBLISH, "x=1&token=" + token))
                        .join()))
                .isEqualTo("allowed ann");
        assertThat(Clients.outcome(
                        check.decide(Clients.withQuery(Intent.PLAY, "x=1")).join()))
                .isEqualTo("no token");
    }

    @Test
    void namesTheStreams() throws Exception {
        assertThat(outcome(good(claims -> claims.setStringClaim("play", "live/other"))))
                .isEqualTo("the token's claim play does not name the stream");
        assertThat(outcome(good(claims -> claims.unsetClaim("play"))))
                .isEqualTo("the token's claim play does not name the stream");
        assertThat(outcome(good(claims -> claims.setClaim("play", 7))))
                .isEqualTo("a claim of the token has another type than it should");
        assertThat(Clients.outcome(check.decide(Clients.asking(
                                Intent.PUBLISH,
                                io.millrace.model.StreamKey.parse("v.example/live/cam"),
                                new Credentials("", good())))
                        .join()))
                .isEqualTo("the token's claim publish does not name the stream");
        assertThat(CAM.stream()).isEqualTo("cam");
    }

    @ParameterizedTest
    @CsvSource({"-31, 'the token has expired, or does not say when it does'", "-29, allowed ann"})
    void expiresWithSomeRoomForClocks(long seconds, String outcome) throws Exception {
        assertThat(outcome(good(
                        claims -> claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + seconds)))))
                .isEqualTo(outcome);
    }

    @Test
    void hasToExpireAndToBeValidAlready() throws Exception {
        assertThat(outcome(good(claims -> claims.unsetClaim("exp"))))
                .isEqualTo("the token has expired, or does not say when it does");
        assertThat(outcome(good(claims -> claims.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() + 31)))))
                .isEqualTo("the token is not valid yet");
    }

    @Test
    void isOfTheIssuerAndForTheAudience() throws Exception {
        assertThat(outcome(good(claims -> claims.setIssuer("https://other.example"))))
                .isEqualTo("the token is of another issuer");
        assertThat(outcome(good(claims -> claims.setAudience("shop")))).isEqualTo("the token is for another audience");
        TokenCheck forUs = new TokenCheck(rule("media"), new FixedKeys(List.of(pem(RSA))), () -> NOW);
        assertThat(Clients.outcome(forUs.decide(
                                Clients.withToken(Intent.PLAY, good(claims -> claims.setAudience("shop", "media"))))
                        .join()))
                .isEqualTo("allowed ann");
        assertThat(Clients.outcome(
                        forUs.decide(Clients.withToken(Intent.PLAY, good())).join()))
                .isEqualTo("the token is for another audience");
    }

    @Test
    void isForItsAddress() throws Exception {
        assertThat(outcome(good(claims -> claims.setStringClaim("address", Clients.ADDRESS))))
                .isEqualTo("allowed ann");
        assertThat(outcome(good(claims -> claims.setStringClaim("address", "192.0.2.8"))))
                .isEqualTo("the token is for another address");
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        for (byte[] secret : List.of(
                pem(RSA).getBytes(StandardCharsets.US_ASCII), RSA.getPublic().getEncoded())) {
            assertThat(outcome(token(new HmacKey(secret), AlgorithmIdentifiers.HMAC_SHA256)))
                    .isEqualTo("a token that is malformed, or not signed by a key of its issuer");
        }
    }

    @Test
    void aTokenWithoutASignatureIsNone() throws Exception {
        String good = good();
        String payload = good.substring(good.indexOf('.') + 1, good.lastIndexOf('.'));
        String signature = good.substring(good.lastIndexOf('.') + 1);
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII));
        for (String token : List.of(none + "." + payload + ".", none + "." + payload + "." + signature)) {
            assertThat(outcome(token)).isEqualTo("a token that is malformed, or not signed by a key of its issuer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "null", "{}", "eyJhbGciOiJSUzI1NiJ9..", "\u0000"})
    void garbageIsRefused(String token) {
        assertThat(outcome(token)).isEqualTo("a token that is malformed, or not signed by a key of its issuer");
    }

    @Test
    void aLongTokenIsNotLookedAt() {
        assertThat(outcome("a".repeat(64 << 10))).isEqualTo("a token of more than 8192 characters");
    }
}
