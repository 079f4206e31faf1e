package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class AccessKeysResourceTest {

    private static final String SECRET = "brought-along-0123456789abcdefghijkl";

    private static ValidatableResponse make(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/access/keys")
                .then();
    }

    private static ValidatableResponse rules(String rules) {
        return given().contentType(ContentType.JSON)
                .body("{\"rules\":[" + rules + "]}")
                .put("/api/v1/access/rules")
                .then();
    }

    @AfterEach
    void removeAll() {
        rules("").statusCode(200);
        for (Object name : given().get("/api/v1/access/keys").jsonPath().getList("items.name")) {
            given().delete("/api/v1/access/keys/" + name).then().statusCode(204);
        }
    }

    @Test
    void aNewSecretIsShownOnceAndOneThatWasBroughtAlongNever() {
        String secret = make("{\"name\":\"made\"}")
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .header("Location", containsString("/api/v1/access/keys/made"))
                .body("key.createdBy", equalTo("operator"))
                .body("secret", matchesPattern("[A-Za-z0-9_-]{43}"))
                .extract()
                .path("secret");
        make("{\"name\":\"brought\",\"secret\":\"" + SECRET + "\"}")
                .statusCode(201)
                .body("key.name", equalTo("brought"))
                .body("secret", nullValue());
        given().get("/api/v1/access/keys")
                .then()
                .statusCode(200)
                .body("items.name", contains("brought", "made"))
                .body(not(containsString(secret)))
                .body(not(containsString(SECRET)));
    }

    @Test
    void aKeyThatARuleNamesIsNotRemoved() {
        make("{\"name\":\"cams\"}").statusCode(201);
        rules("{\"name\":\"cameras\",\"app\":\"live\",\"play\":{\"type\":\"signed\",\"keys\":[\"cams\"]}}")
                .statusCode(200)
                .body("warnings", empty());
        given().get("/api/v1/access/keys").then().body("items[0].rules", contains("cameras"));
        given().delete("/api/v1/access/keys/cams").then().statusCode(409).body("detail", containsString("cameras"));
        rules("").statusCode(200);
        given().delete("/api/v1/access/keys/cams").then().statusCode(204);
        given().delete("/api/v1/access/keys/cams").then().statusCode(404);
    }

    @Test
    void aVersionThatNamesARemovedKeyIsGoneBackToWithAWarning() {
        make("{\"name\":\"gone\"}").statusCode(201);
        rules("{\"name\":\"cameras\",\"play\":{\"type\":\"signed\",\"keys\":[\"gone\"]}}")
                .statusCode(200);
        int version = given().get("/api/v1/config/versions").path("items[0].version");
        rules("").statusCode(200);
        given().delete("/api/v1/access/keys/gone").then().statusCode(204);
        given().contentType(ContentType.JSON)
                .post("/api/v1/config/versions/" + version + "/rollback")
                .then()
                .statusCode(200)
                .body("warnings", hasItem(containsString("the key gone")));
        given().get("/api/v1/access/rules").then().body("warnings", hasItem(containsString("the key gone")));
    }

    @Test
    void anotherOfTheSameNameIsRefused() {
        make("{\"name\":\"one\"}").statusCode(201);
        make("{\"name\":\"one\",\"secret\":\"" + SECRET + "\"}").statusCode(409).body(not(containsString(SECRET)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{} | name",
                "{\"name\":\"a/b\"} | name",
                "{\"name\":\"../x\"} | name",
                "{\"name\":\"brought-along-0123456789abcdefghijkl\"} | name",
                "{\"name\":7} | name",
                "{\"name\":\"a\",\"secret\":\"short-hidden\"} | secret",
                "{\"name\":\"a\",\"secret\":123456789012345678901234567890123456} | secret",
                "{\"name\":\"a\",\"secret\":\"hidden hidden hidden hidden hidden hidden\"} | secret",
                "{\"name\":\"a\",\"secret\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"} | secret",
                "{\"name\":\"a\",\"secrets\":\"x\"} | secrets"
            })
    void refusesWhatMakesNoSenseWithoutShowingIt(String body, String field) {
        String answer = make(body)
                .statusCode(400)
                .body("errors.field", contains(field))
                .extract()
                .asString();
        assertThat(answer).doesNotContain("hidden", SECRET, "123456789012");
    }
}
