package io.millrace.control.intake;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.settings.InvalidSettingException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page in the browser of somebody on this machine can and cannot do. */
@QuarkusTest
@TestProfile(PageOriginsTest.OneOriginListed.class)
class PageOriginsTest {

    private static final String LISTED = "https://console.example.com";

    /** One origin is listed. */
    public static final class OneOriginListed extends QuickWindow {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.put(PageOrigins.PROPERTY, LISTED);
            return settings;
        }
    }

    private static String own() {
        return "http://localhost:" + RestAssured.port;
    }

    private static RequestSpecification from(String origin) {
        return given().header("Origin", origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "http://localhost:8080",
                "https://console.example.com.evil.example",
                "x"
            })
    void aPageOfAnotherOriginChangesNothing(String origin) {
        // A simple request: no browser asks beforehand.
        from(origin)
                .contentType("text/plain")
                .body("{\"origin\":\"o-0123456789ab\"}")
                .post("/api/v1/streams/__defaultVhost__/live/x/move")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("code", equalTo("page-of-another-origin"))
                .body("detail", containsString("MILLRACE_CORS_ORIGINS"));
        from(origin).post("/api/v1/workers/w/drain").then().statusCode(403);
        from(origin).delete("/api/v1/sessions/x").then().statusCode(403);
        from(origin).put("/api/v1/vhosts").then().statusCode(403);
        from(origin)
                .header("Access-Control-Request-Method", "DELETE")
                .options("/api/v1/sessions/x")
                .then()
                .statusCode(403)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void aChangeThatABrowserCallsCrossSiteIsRefusedWithoutItsOriginToo(String site) {
        given().header("Sec-Fetch-Site", site)
                .post("/api/v1/workers/w/drain")
                .then()
                .statusCode(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/srs/register", "/api/v1/srs/register/", "/api/v1/hooks/srs", "/internal/v1/resolve"})
    void whatMachinesSendComesFromNoPageWhateverItsOrigin(String path) {
        from(own()).body("{}").post(path).then().statusCode(403);
        from(LISTED).body("{}").post(path).then().statusCode(403);
        given().header("Sec-Fetch-Site", "same-origin")
                .body("{}")
                .post(path)
                .then()
                .statusCode(403);
    }

    @Test
    void registrationsAreRefusedInTheirOwnFormat() {
        from("http://evil.example")
                .body("{}")
                .post("/api/v1/srs/register")
                .then()
                .body("code", equalTo(403));
        given().body("{}").post("/api/v1/srs/register").then().statusCode(400).body("field", equalTo("ip"));
    }

    @Test
    void pagesOfThisServerMay() {
        from(own())
                .header("Sec-Fetch-Site", "same-origin")
                .post("/api/v1/workers/w/drain")
                .then()
                .statusCode(404);
        given().header("Sec-Fetch-Site", "none")
                .post("/api/v1/workers/w/drain")
                .then()
                .statusCode(404);
        from("http://console.example")
                .header("Host", "console.example")
                .post("/api/v1/workers/w/drain")
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, a.example",
        "https://a.example, a.example:443",
        "http://a.example, A.example:80",
        "http://a.example:12025, a.example:12025",
        "http://[::1]:12025, [::1]:12025"
    })
    void anOriginIsOwnByHostAndPort(String origin, String host) {
        from(origin).header("Host", host).post("/api/v1/workers/w/drain").then().statusCode(not(403));
    }

    /** A name that was made to lead here is the page's own origin: then who is asked for is what refuses. */
    @Test
    void aPageUnderANameThatLeadsHereIsNotThisMachine() {
        from("http://rebound.example:12025")
                .header("Host", "rebound.example:12025")
                .post("/api/v1/workers/w/drain")
                .then()
                .statusCode(401);
        given().header("Host", "rebound.example:12025")
                .get("/api/v1/origins")
                .then()
                .statusCode(401);
    }

    @Test
    void aListedOriginMayAskBeforehandAndReadTheAnswer() {
        from(LISTED)
                .header("Access-Control-Request-Method", "DELETE")
                .header("Access-Control-Request-Headers", "authorization")
                .options("/api/v1/sessions/x")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", LISTED)
                .header("Access-Control-Allow-Credentials", not("true"));
        from(LISTED).get("/api/v1/origins").then().statusCode(200).header("Access-Control-Allow-Origin", LISTED);
        from(LISTED).delete("/api/v1/sessions/x").then().statusCode(404);
    }

    @Test
    void nothingIsReadableForOtherPages() {
        given().get("/api/v1/origins").then().statusCode(200).header("Access-Control-Allow-Origin", nullValue());
        from("http://evil.example").get("/api/v1/origins").then().statusCode(403);
        from("http://evil.example").get("/api/v1/versions").then().header("Access-Control-Allow-Origin", nullValue());
    }

    @Test
    void aRefusedPageIsInTheAudit() {
        from("http://evil.example").delete("/api/v1/sessions/of-a-page").then().statusCode(403);
        // Not this one: attempts of one address get ten entries a minute, and the other tests here make more.
        given().queryParam("result", "refused")
                .get("/api/v1/audit")
                .then()
                .statusCode(200)
                .body("items", not(empty()))
                .body("items.actor", everyItem(equalTo("unknown")))
                .body("items.operation", everyItem(in(List.of("POST", "PUT", "PATCH", "DELETE", "worker.drain"))));
    }

    @Test
    void whateverIsSentSaysThatNoPageMayShowItOrGuessWhatItIs() {
        for (String path :
                new String[] {"/api/v1/origins", "/api/v1/nothing", "/api/v1/versions", "/internal/v1/resolve"}) {
            given().get(path)
                    .then()
                    .header("X-Content-Type-Options", "nosniff")
                    .header("X-Frame-Options", "DENY")
                    .header("Referrer-Policy", "same-origin")
                    .header("Cache-Control", containsString("no-store"))
                    .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
        from("http://evil.example")
                .post("/api/v1/workers/w/drain")
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "console.example.com",
                "https://console.example.com/",
                "/.*/",
                "https://a.example, https://b.example",
                "null"
            })
    void whatIsNoListOfOriginsStopsTheStart(String text) {
        assertThatThrownBy(() -> PageOrigins.of(text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("MILLRACE_CORS_ORIGINS");
    }

    @Test
    void severalCanBeListed() {
        assertThat(PageOrigins.of("https://a.example,http://10.0.0.5:3000,http://[::1]:80")
                        .allowed())
                .containsExactlyInAnyOrder("https://a.example", "http://10.0.0.5:3000", "http://[::1]:80");
    }
}
