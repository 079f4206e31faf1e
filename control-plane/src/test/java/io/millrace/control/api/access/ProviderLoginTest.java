package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.control.api.access.WithProvider.TestProvider;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** People who log in at the identity provider. */
@QuarkusTest
@TestProfile(WithProvider.class)
class ProviderLoginTest {

    private static final RsaJsonWebKey KEY = TestProvider.newKey();
    private static final String COOKIE = "millrace_login";

    @BeforeEach
    void start() {
        TestProvider.publish(KEY);
        // Keys of another test may be known still.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> logIn("anybody", "media-staff").statusCode() == 200);
    }

    @Test
    void theFlowHasStateNonceAndPkce() throws NoSuchAlgorithmException {
        CodeFlow flow = CodeFlow.begin();
        assertThat(flow.there().toString()).startsWith(TestProvider.url() + "/auth?");
        assertThat(flow.asked())
                .containsEntry("response_type", "code")
                .containsEntry("client_id", WithProvider.CLIENT)
                .containsEntry("code_challenge_method", "S256")
                .containsKeys("state", "nonce");
        assertThat(flow.asked().get("redirect_uri")).endsWith(CodeFlow.PATH);
        assertThat(flow.asked().get("scope")).contains("openid");
        flow.endsAs(TestProvider.person("ada", flow.nonce(), "media-staff"), KEY)
                .then()
                .statusCode(200);
        Matcher verifier = Pattern.compile("code_verifier=([A-Za-z0-9_-]+)").matcher(TestProvider.last("/token"));
        assertThat(verifier.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(verifier.group(1).getBytes(StandardCharsets.US_ASCII));
        assertThat(flow.asked())
                .containsEntry(
                        "code_challenge",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    }

    @Test
    void whoLogsInThereIsLoggedInHereUntilTheLogOut() {
        Response answer = logIn("ada", "media-ops");
        answer.then().statusCode(200).contentType("text/html").body(containsString("url=/"));
        assertThat(answer.headers().getValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith(COOKIE)
                        .containsIgnoringCase("HttpOnly")
                        .contains("SameSite=Strict"))
                .as("no token of the provider leaves the server")
                .noneMatch(cookie -> cookie.contains("q_session"))
                .noneMatch(cookie -> cookie.contains("eyJ"));
        String cookie = answer.cookie(COOKIE);
        me(cookie)
                .then()
                .statusCode(200)
                .body("name", equalTo("ada"))
                .body("credential", equalTo("log-in at the provider"))
                .body("roles", hasItem("operator"))
                .body("roles", not(hasItem("admin")));
        given().cookie(COOKIE, cookie)
                .contentType(ContentType.JSON)
                .body(Map.of("password", "nothing", "next", "a longer password"))
                .header("X-Millrace-Request", "1")
                .put("/api/v1/me/password")
                .then()
                .statusCode(404);
        given().cookie(COOKIE, cookie).post("/api/v1/logout").then().statusCode(401);
        me(cookie).then().statusCode(200);
        given().cookie(COOKIE, cookie)
                .header("X-Millrace-Request", "1")
                .post("/api/v1/logout")
                .then()
                .statusCode(200)
                .body(
                        "continueAt",
                        startsWith(TestProvider.url() + "/end?client_id=console&post_logout_redirect_uri=http"));
        me(cookie).then().statusCode(401);
    }

    @Test
    void aSecondLogInOfABrowserEndsItsFirst() {
        String first = logIn("bea", "media-staff").cookie(COOKIE);
        CodeFlow flow = CodeFlow.begin();
        flow.cookies().put(COOKIE, first);
        flow.endsAs(TestProvider.person("bea", flow.nonce(), "media-staff"), KEY)
                .then()
                .statusCode(200);
        me(first).then().statusCode(401);
    }

    @Test
    void aLogInEndsWithTheTokenThatItWasMadeOf() {
        CodeFlow flow = CodeFlow.begin();
        JwtClaims person = TestProvider.person("cyd", flow.nonce(), "media-staff");
        person.setExpirationTime(TestProvider.in(3));
        String cookie = flow.endsAs(person, KEY).cookie(COOKIE);
        me(cookie).then().statusCode(200);
        await().atMost(Duration.ofSeconds(10)).until(() -> me(cookie).statusCode() == 401);
    }

    @Test
    void whoHasNoRoleIsToldWhichClaimGivesOneAndIsNotLoggedIn() {
        Response answer = logIn("dot", "something-else");
        answer.then()
                .statusCode(403)
                .body("code", equalTo("role-missing"))
                .body("detail", containsString("realm_access/roles"));
        assertThat(answer.cookie(COOKIE)).isNull();
    }

    @Test
    void whatThisServerDidNotAskForIsNoLogIn() {
        CodeFlow flow = CodeFlow.begin();
        noLogIn(flow.endsAs(TestProvider.person("mallory", "another nonce", "media-admins"), KEY));
        noLogIn(CodeFlow.begin().back("code=x&state=another"));
        noLogIn(CodeFlow.begin().back("code=x"));
        CodeFlow without = CodeFlow.begin();
        noLogIn(new CodeFlow(without.there(), without.asked(), Map.of())
                .back("code=x&state=" + without.asked().get("state")));
        noLogIn(CodeFlow.begin().back("state=x&state=y&code=z"));
        CodeFlow foreign = CodeFlow.begin();
        JwtClaims forAnother = TestProvider.person("mallory", foreign.nonce(), "media-admins");
        forAnother.setAudience(WithProvider.AUDIENCE);
        noLogIn(foreign.endsAs(forAnother, KEY));
        CodeFlow forged = CodeFlow.begin();
        RsaJsonWebKey own = TestProvider.newKey();
        own.setKeyId(KEY.getKeyId());
        noLogIn(forged.endsAs(TestProvider.person("mallory", forged.nonce(), "media-admins"), own));
    }

    @Test
    void aRefusalOfTheProviderIsNoLogInAndItsTextIsNotRepeated() {
        CodeFlow flow = CodeFlow.begin();
        Response answer = flow.back("error=access_denied&error_description=%3Cscript%3Eboo&state="
                + flow.asked().get("state"));
        noLogIn(answer);
        answer.then().body(not(containsString("boo")));
    }

    @Test
    void aScriptIsToldAndNotLedAway() {
        for (String mode : List.of("cors", "no-cors", "same-origin")) {
            given().redirects()
                    .follow(false)
                    .header("Sec-Fetch-Mode", mode)
                    .get(CodeFlow.PATH)
                    .then()
                    .statusCode(401)
                    .body("code", equalTo("not-logged-in"));
        }
    }

    @Test
    void aLogInFromAnotherMachineComesOverTlsOnly() {
        CodeFlow.browser()
                .header("X-Forwarded-For", "203.0.113.7")
                .get(CodeFlow.PATH)
                .then()
                .statusCode(403)
                .body("code", equalTo("plain-http"))
                .body("detail", containsString("MILLRACE_OIDC_REDIRECT_URL"));
    }

    @Test
    void wrongCodesOfAnAddressAreAskedOfTheProviderOnlySoOften() {
        TestProvider.answer("/token", "{}");
        int before = TestProvider.asked("/token");
        List<Integer> answers = IntStream.range(0, 60)
                .mapToObj(i -> {
                    CodeFlow flow = CodeFlow.begin();
                    return CodeFlow.browser()
                            .cookies(flow.cookies())
                            .get(CodeFlow.PATH + "?code=guess&state="
                                    + flow.asked().get("state"))
                            .statusCode();
                })
                .toList();
        assertThat(answers).contains(429).containsOnly(401, 429);
        assertThat(TestProvider.asked("/token") - before).isLessThan(40);
    }

    @Test
    void thereIsNoLogInWithAPassword() {
        given().contentType(ContentType.JSON)
                .body(Map.of("name", "admin", "password", "correct horse battery"))
                .post("/api/v1/login")
                .then()
                .statusCode(404)
                .body("code", equalTo("no-password-login"));
    }

    private static void noLogIn(Response answer) {
        answer.then().statusCode(401).body("code", equalTo("credential-invalid"));
        assertThat(answer.cookie(COOKIE)).isNull();
    }

    private static Response logIn(String name, String... roles) {
        CodeFlow flow = CodeFlow.begin();
        return flow.endsAs(TestProvider.person(name, flow.nonce(), roles), KEY);
    }

    private static Response me(String cookie) {
        return given().cookie(COOKIE, cookie).get("/api/v1/me");
    }
}
