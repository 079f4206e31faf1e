package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.access.WithProvider.TestProvider;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines that show a token of the identity provider. */
@QuarkusTest
@TestProfile(WithProvider.class)
class ProviderTokenTest {

    private static final RsaJsonWebKey KEY = TestProvider.newKey();
    private static final RsaJsonWebKey OTHER = TestProvider.newKey();

    /** Longer than keys are not fetched again. */
    private static final Duration ROTATED = Duration.ofSeconds(30);

    @ConfigProperty(name = "millrace.data-dir")
    String dataDir;

    @BeforeEach
    void start() {
        TestProvider.publish(KEY);
        // Another test may have had keys of its own.
        await().atMost(ROTATED).until(() -> me(token("anybody", "media-staff")).statusCode() == 200);
    }

    @Test
    void aTokenGivesTheHighestRoleOfItsClaim() {
        me(token("deploy", "other", "media-ops", "media-staff"))
                .then()
                .statusCode(200)
                .body("name", equalTo("deploy"))
                .body("credential", equalTo("token of the provider"))
                .body("roles", hasItem("operator"))
                .body("roles", not(hasItem("admin")));
    }

    @Test
    void whoHasNoRoleIsToldWhichClaimGivesOne() {
        me(token("stranger", "something-else"))
                .then()
                .statusCode(403)
                .body("code", equalTo("role-missing"))
                .body("detail", containsString("realm_access/roles"))
                .body("detail", containsString("MILLRACE_OIDC_ROLES"));
        JwtClaims without = TestProvider.claims("stranger");
        without.unsetClaim("realm_access");
        me(TestProvider.signed(without, KEY))
                .then()
                .statusCode(403)
                .body("detail", containsString("realm_access/roles"));
        JwtClaims odd = TestProvider.claims("stranger");
        odd.setClaim("realm_access", "admin");
        me(TestProvider.signed(odd, KEY)).then().statusCode(403);
    }

    @Test
    void whatIsNotMeantForThisServerIsRefused() {
        refused("audience", claims -> claims.setAudience("https://another.example.com"));
        refused("no audience", claims -> claims.unsetClaim("aud"));
        refused("a token of a log-in", claims -> claims.setAudience(WithProvider.CLIENT));
        refused("issuer", claims -> claims.setIssuer("https://another.example.com"));
        refused("no issuer", claims -> claims.unsetClaim("iss"));
        refused("expired", claims -> claims.setExpirationTime(TestProvider.in(-30)));
        refused("without an end", claims -> claims.unsetClaim("exp"));
        refused("of the future", claims -> claims.setNotBefore(TestProvider.in(300)));
        refused("of nobody", claims -> {
            claims.unsetClaim("preferred_username");
            claims.unsetClaim("sub");
        });
    }

    private interface Change {
        void of(JwtClaims claims);
    }

    private static void refused(String what, Change change) {
        JwtClaims claims = TestProvider.claims("mallory", "media-admins");
        change.of(claims);
        assertThat(me(TestProvider.signed(claims, KEY)).statusCode()).as(what).isEqualTo(401);
    }

    @Test
    void aNameThatCouldForgeALogLineIsNotTaken() {
        JwtClaims claims = TestProvider.claims("a\nb", "media-staff");
        claims.setSubject("1f0c");
        me(TestProvider.signed(claims, KEY)).then().statusCode(200).body("name", equalTo("1f0c"));
        claims.setSubject("1f\u202e0c");
        me(TestProvider.signed(claims, KEY)).then().statusCode(401);
    }

    @Test
    void aSignatureOfAnybodyElseIsRefused() {
        RsaJsonWebKey other = TestProvider.newKey();
        JwtClaims claims = TestProvider.claims("mallory", "media-admins");
        other.setKeyId(KEY.getKeyId());
        me(TestProvider.signed(claims, other)).then().statusCode(401);

        JsonWebSignature unsigned = new JsonWebSignature();
        unsigned.setPayload(claims.toJson());
        unsigned.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        unsigned.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        me(TestProvider.serialized(unsigned)).then().statusCode(401);
        me(TestProvider.serialized(unsigned) + "AAAA").then().statusCode(401);

        // With the public key, which everybody has, as the secret of HMAC.
        JsonWebSignature confused = new JsonWebSignature();
        confused.setPayload(claims.toJson());
        confused.setKeyIdHeaderValue(KEY.getKeyId());
        confused.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        confused.setKey(new HmacKey(KEY.getRsaPublicKey().getEncoded()));
        me(TestProvider.serialized(confused)).then().statusCode(401);

        // The key inside the token itself.
        JsonWebSignature own = new JsonWebSignature();
        own.setPayload(claims.toJson());
        own.setJwkHeader(TestProvider.newKey());
        own.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        own.setKey(other.getPrivateKey());
        me(TestProvider.serialized(own)).then().statusCode(401);
    }

    @Test
    void aNewKeyIsFetchedButNotForEveryTokenThatNamesOne() {
        int before = TestProvider.asked("/jwks");
        for (int i = 0; i < 200; i++) {
            assertThat(me(TestProvider.signed(TestProvider.claims("mallory", "media-admins"), stranger()))
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(TestProvider.asked("/jwks") - before).isLessThanOrEqualTo(3);
        RsaJsonWebKey next = TestProvider.newKey();
        TestProvider.publish(next);
        String token = TestProvider.signed(TestProvider.claims("deploy", "media-ops"), next);
        await().atMost(ROTATED).until(() -> me(token).statusCode() == 200);
        assertThat(me(token("deploy", "media-ops")).statusCode())
                .as("of a key that the provider has no more")
                .isEqualTo(401);
    }

    /** One key for all, with another name each time. */
    private static RsaJsonWebKey stranger() {
        OTHER.setKeyId(UUID.randomUUID().toString());
        return OTHER;
    }

    @Test
    void ownTokensAndTheFileOfTheControlPlaneGoOnBesideIt() throws IOException {
        String admin = Files.readString(Path.of(dataDir, "admin-token")).strip();
        me(admin).then().statusCode(200).body("name", equalTo("local-admin"));
        String own = given().header("Authorization", "Bearer " + token("boss", "media-admins"))
                .contentType(ContentType.JSON)
                .body(Map.of("name", "script", "role", "viewer"))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .body("token.createdBy", equalTo("boss"))
                .extract()
                .path("secret");
        me(own).then().statusCode(200).body("name", equalTo("script"));
    }

    @Test
    void withoutACredentialTheAnswerIsJsonAndNoRedirect() {
        given().redirects()
                .follow(false)
                .header("Accept", "text/html,*/*")
                .get("/api/v1/origins")
                .then()
                .statusCode(401)
                .body("code", equalTo("not-logged-in"))
                .body("detail", containsString("/api/v1/login/oidc"));
        for (String junk : List.of("x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "mlr_000000000000_x")) {
            me(junk).then().statusCode(401).body(not(containsString("Exception")));
        }
    }

    @Test
    @Timeout(60)
    void aFeedEndsWithItsToken() throws IOException, InterruptedException {
        JwtClaims claims = TestProvider.claims("reader", "media-staff");
        claims.setExpirationTime(TestProvider.in(2));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> feed = client.send(
                    HttpRequest.newBuilder(QuickWindow.InternalApi.uri("/api/v1/events/stream"))
                            .header("Authorization", "Bearer " + TestProvider.signed(claims, KEY))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(feed.statusCode()).isEqualTo(200);
            assertThat(new String(feed.body().readAllBytes(), StandardCharsets.UTF_8))
                    .containsPattern("event: ?signed-out");
        }
    }

    private static String token(String name, String... roles) {
        return TestProvider.signed(TestProvider.claims(name, roles), KEY);
    }

    private static Response me(String token) {
        return given().header("Authorization", "Bearer " + token).get("/api/v1/me");
    }
}
