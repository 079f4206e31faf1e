package io.millrace.control.api.config;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickWindow.class)
class AccessRulesResourceTest {

    private static final String CALLBACK = """
            {"rules":[{"name":"gold","vhost":"gold.example","play":{"type":"callback","url":"http://10.0.0.8/check","cacheSeconds":5}}]}""";

    private static ValidatableResponse put(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .put("/api/v1/access/rules")
                .then();
    }

    @AfterEach
    void lift() {
        put("{\"rules\":[]}").statusCode(200).body("rules", empty());
    }

    @Test
    void whatIsSetIsShownAndToldToWorkers() {
        InternalApi.enrol("guarded").statusCode(200);
        put(CALLBACK)
                .statusCode(200)
                .body("rules[0].name", equalTo("gold"))
                .body("rules[0].app", equalTo("*"))
                .body("rules[0].publish.type", equalTo("none"))
                .body("rules[0].play.timeoutMillis", equalTo(2_000))
                .body("warnings", empty());
        given().get("/api/v1/access/rules").then().statusCode(200).body("rules[0].play.cacheSeconds", equalTo(5));
        given().get("/api/v1/config").then().body("accessRules.name", contains("gold"));
        given().get("/api/v1/events?kind=config-changed&subject=access-rules")
                .then()
                .body("items.actor", hasItem("operator"));
        await().untilAsserted(() -> InternalApi.call()
                .get("/internal/v1/routing-table")
                .then()
                .statusCode(200)
                .body("whole.access.rules.name", contains("gold")));
    }

    @Test
    void namesAllMistakesAtOnceAndChangesNothing() {
        put(CALLBACK).statusCode(200);
        put("""
                {"rules":[{"name":"a","publish":{"type":"signed","keys":["no-such"]}},{"name":"a","play":{"type":"callback",
                 "url":"http://169.254.169.254/","timeoutMillis":1}},{"publis":7}]}""")
                .statusCode(400)
                .body(
                        "errors.field",
                        hasItems(
                                "rules[0].publish.keys[0]",
                                "rules[1].name",
                                "rules[1].play.url",
                                "rules[1].play.timeoutMillis",
                                "rules[2].name",
                                "rules[2].publis"));
        put("{}").statusCode(400);
        given().get("/api/v1/access/rules").then().body("rules.name", contains("gold"));
    }

    @Test
    void isReplacedOnlyIfItIsWhatWasRead() {
        String seen = given().get("/api/v1/access/rules").header("ETag");
        put(CALLBACK).statusCode(200);
        given().contentType(ContentType.JSON)
                .header("If-Match", seen)
                .body("{\"rules\":[]}")
                .put("/api/v1/access/rules")
                .then()
                .statusCode(412);
        given().get("/api/v1/access/rules").then().body("rules.name", contains("gold"));
    }

    @Test
    void goesBackWithTheWholeConfigurationButIsNotLostByAnOlderDocument() {
        put(CALLBACK).statusCode(200);
        int version = given().get("/api/v1/config/versions").path("items[0].version");
        given().contentType(ContentType.JSON)
                .body("""
                        {"formatVersion":1,"staticOrigins":[],"overrides":{},"rules":[],"vhosts":["old.example"],
                         "settings":{"reportMillis":2000,"bindingFreshMillis":1000}}""")
                .put("/api/v1/config")
                .then()
                .statusCode(200)
                .body("summary", startsWith("vhosts +old.example"));
        given().get("/api/v1/access/rules").then().body("rules.name", contains("gold"));
        put("{\"rules\":[]}").statusCode(200);
        given().contentType(ContentType.JSON)
                .post("/api/v1/config/versions/" + version + "/rollback?dryRun=true")
                .then()
                .statusCode(200)
                .body("summary", containsString("access rules +gold"));
        given().contentType(ContentType.JSON)
                .post("/api/v1/config/versions/" + version + "/rollback")
                .then()
                .statusCode(200);
        given().get("/api/v1/access/rules").then().body("rules.name", contains("gold"));
    }
}
