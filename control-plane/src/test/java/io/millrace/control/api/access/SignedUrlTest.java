package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.UrlPermit;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators use to try out rules: which one applies, and a URL that it accepts. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class SignedUrlTest {

    private static final AccessKey KEY = new AccessKey("cams", "signs-the-urls-of-a-test-0123456789");
    private static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }

    private static ValidatableResponse rules(String rules) {
        return given().contentType(ContentType.JSON)
                .body("{\"rules\":[" + rules + "]}")
                .put("/api/v1/access/rules")
                .then();
    }

    @BeforeEach
    void aRuleNamesAKey() {
        post("/api/v1/access/keys", "{\"name\":\"cams\",\"secret\":\"" + KEY.secret() + "\"}")
                .statusCode(201);
        rules("""
                {"name":"cameras","app":"live","stream":"cam*","publish":{"type":"signed","keys":["cams"]}},
                {"name":"rest","vhost":"gold.example","play":{"type":"jwt","jwks":"https://id.example/keys"}}""").statusCode(200);
    }

    @AfterEach
    void remove() {
        rules("").statusCode(200);
        given().delete("/api/v1/access/keys/cams").then().statusCode(204);
    }

    @Test
    void showsWhichRuleAppliesAndWhatItWants() {
        post("/api/v1/access/check", "{\"app\":\"live\",\"stream\":\"cam1\",\"intent\":\"publish\"}")
                .statusCode(200)
                .body("stream", equalTo("__defaultVhost__/live/cam1"))
                .body("rule", equalTo("cameras"))
                .body("wants.type", equalTo("signed"))
                .body("wants.keys", contains("cams"));
        post("/api/v1/access/check", "{\"app\":\"live\",\"stream\":\"cam1\",\"intent\":\"play\"}")
                .body("rule", equalTo("cameras"))
                .body("wants.type", equalTo("none"));
        post("/api/v1/access/check", "{\"vhost\":\"gold.example\",\"app\":\"a\",\"stream\":\"s\",\"intent\":\"play\"}")
                .body("rule", equalTo("rest"))
                .body("wants.jwks", equalTo("https://id.example/keys"));
        post("/api/v1/access/check", "{\"app\":\"other\",\"stream\":\"s\",\"intent\":\"play\"}")
                .statusCode(200)
                .body("rule", nullValue())
                .body("wants.type", equalTo("none"));
    }

    @Test
    void signsWhatWorkersAccept() {
        UrlPermit plain = new UrlPermit(
                Intent.PUBLISH, new StreamKey("__defaultVhost__", "live", "cam1"), LATER.getEpochSecond(), "", "");
        post(
                        "/api/v1/access/keys/cams/sign",
                        "{\"intent\":\"publish\",\"app\":\"live\",\"stream\":\"cam1\",\"expiresAt\":\"" + LATER + "\"}")
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("query", equalTo(plain.query(KEY)))
                .body("warnings", empty());
        UrlPermit bound = new UrlPermit(
                Intent.PUBLISH,
                new StreamKey("v.example", "live", "cam1"),
                LATER.getEpochSecond(),
                "2001:db8::7",
                "ann@example.com");
        post("/api/v1/access/keys/cams/sign", """
                {"intent":"publish","vhost":"v.example","app":"live","stream":"cam1","expiresAt":"%s",
                 "address":"2001:db8::7","subject":"ann@example.com"}""".formatted(LATER))
                .statusCode(200)
                .body("query", equalTo(bound.query(KEY)));
    }

    @Test
    void saysWhenTheSignatureWillNotCount() {
        post(
                        "/api/v1/access/keys/cams/sign",
                        "{\"intent\":\"play\",\"app\":\"live\",\"stream\":\"cam1\",\"expiresAt\":\"" + LATER + "\"}")
                .statusCode(200)
                .body("warnings", hasItem(containsString("does not name the key cams")));
    }

    @Test
    void theAuditSaysForWhatItWasSignedAndNotTheSignature() {
        String query = post(
                        "/api/v1/access/keys/cams/sign",
                        "{\"intent\":\"publish\",\"app\":\"live\",\"stream\":\"cam7\",\"expiresAt\":\"" + LATER
                                + "\",\"subject\":\"ann\"}")
                .statusCode(200)
                .extract()
                .path("query");
        String signature = query.substring(query.indexOf("signature=") + "signature=".length());
        await().untilAsserted(() -> {
            String audit =
                    given().get("/api/v1/audit?operation=access-key.sign").asString();
            assertThat(audit)
                    .contains("access/keys/cams", "live/cam7", "\"ann\"")
                    .doesNotContain(signature, KEY.secret());
        });
        assertThat(given().get("/api/v1/audit?operation=access.check")
                        .<Integer>path("items.findAll { it.result == 'done' }.size()"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | app,stream,intent,expiresAt",
                "{'app':'a','stream':'s','intent':'look','expiresAt':'2099-01-01T00:00:00Z'} | intent",
                "{'app':'a','stream':'s','intent':'play','expiresAt':'2020-01-01T00:00:00Z'} | expiresAt",
                "{'app':'a','stream':'s','intent':'play','expiresAt':'tomorrow'} | expiresAt",
                "{'app':'a','stream':'s','intent':'play','expiresAt':'2099-01-01T00:00:00Z','address':'a.example'} | address",
                "{'app':'a','stream':'s\\nx','intent':'play','expiresAt':'2099-01-01T00:00:00Z'} | stream",
                "{'app':'a','stream':'s','intent':'play','expiresAt':'2099-01-01T00:00:00Z','subject':'a\\nb'} | subject",
                "{'app':'a','stream':'s','intent':'play','expiresAt':'2099-01-01T00:00:00Z','expires':7} | expires"
            },
            quoteCharacter = '\0')
    void refusesToSignWhatMakesNoSense(String body, String fields) {
        post("/api/v1/access/keys/cams/sign", body.replace('\'', '"'))
                .statusCode(400)
                .body("errors.field", containsInAnyOrder(fields.split(",")));
    }

    @Test
    void thereIsNoSignatureByAKeyThatThereIsNot() {
        post("/api/v1/access/keys/none/sign", "{}").statusCode(404);
    }
}
