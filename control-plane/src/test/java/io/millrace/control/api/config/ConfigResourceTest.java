package io.millrace.control.api.config;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.api.Problem;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.config.ConfigRepository;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickWindow.class)
class ConfigResourceTest {

    private static final String PATH = "/api/v1/config";
    private static final String VERSIONS = PATH + "/versions";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String EMPTY = """
            {"formatVersion":1,"staticOrigins":[],"overrides":{},"rules":[],"vhosts":[],
             "settings":{"reportMillis":2000,"bindingFreshMillis":1000}}""";

    /** A port at which nobody answers, so that no probe takes long. */
    private static final String WHOLE = """
            {"formatVersion":1,
             "staticOrigins":[{"server":"imported","ip":"127.0.0.1","kind":"nginx-rtmp","endpoints":{"rtmp":["1"]},
               "zone":"a","labels":{"disk":"fast"},"weight":50}],
             "overrides":{"o-0123456789ab":{"admission":"draining"}},
             "rules":[{"name":"gold","app":"gold*","policy":"rendezvous"},{"name":"rest"}],
             "vhosts":["Live.Example.com"],
             "settings":{"reportMillis":1500,"bindingFreshMillis":700}}""";

    @Inject
    ConfigRepository config;

    @BeforeEach
    void nothingConfigured() {
        put(EMPTY).statusCode(200);
    }

    @Test
    void whatIsImportedCountsAtOnceAndIsExportedAgain() throws Exception {
        put(WHOLE)
                .statusCode(200)
                .body("changed", equalTo(true))
                .body("dryRun", equalTo(false))
                .body("changes.rules.added", equalTo(List.of("gold", "rest")))
                .body("changes.vhosts.added", equalTo(List.of("live.example.com")))
                .body("changes.settings.changed", equalTo(List.of("reportMillis", "bindingFreshMillis")))
                .body("summary", containsString("rules +gold +rest"))
                .body("warnings", hasItem(containsString("overrides.o-0123456789ab belongs to no origin")));
        given().get("/api/v1/placement/rules").then().body("rules.name", equalTo(List.of("gold", "rest")));
        given().get("/api/v1/vhosts").then().body("vhosts", equalTo(List.of("live.example.com")));
        given().get("/api/v1/origins").then().body("items.server", hasItem("imported"));
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> given().get("/api/v1/routing-table")
                        .then()
                        .statusCode(200)
                        .body("table.rules.name", equalTo(List.of("gold", "rest")))
                        .body("table.origins.server", hasItem("imported"))
                        .body("table.settings.reportMillis", equalTo(1500)));
        given().get("/api/v1/events?kind=config-changed")
                .then()
                .body("items.actor", everyItem(equalTo("operator")))
                .body("items.message", hasItem(containsString("rules +gold +rest")));

        String exported = export();
        put(exported).statusCode(200).body("changed", equalTo(false)).body("summary", equalTo("nothing"));
        put(EMPTY).statusCode(200).body("changes.rules.removed", equalTo(List.of("gold", "rest")));
        given().get("/api/v1/origins").then().body("items.server", not(hasItem("imported")));
        put(exported).statusCode(200).body("changed", equalTo(true));
        assertThat(meaning(export())).isEqualTo(meaning(exported));
    }

    @Test
    void saysWhenAndByWhomItWasChanged() {
        put(WHOLE).statusCode(200);
        given().get(PATH)
                .then()
                .statusCode(200)
                .body("formatVersion", equalTo(1))
                .body("changedBy", equalTo("operator"))
                .body("changedAt", containsString("T"))
                .body("version", greaterThan(0))
                .header("ETag", notNullValue());
    }

    @Test
    void aDryRunTellsAndChangesNothing() throws Exception {
        String before = export();
        given().contentType(ContentType.JSON)
                .body(WHOLE)
                .put(PATH + "?dryRun=true")
                .then()
                .statusCode(200)
                .body("dryRun", equalTo(true))
                .body("changed", equalTo(true))
                .body("changes.rules.added", equalTo(List.of("gold", "rest")));
        assertThat(export()).isEqualTo(before);
        given().contentType(ContentType.JSON)
                .body(WHOLE)
                .put(PATH + "?dryRun=perhaps")
                .then()
                .statusCode(400)
                .body("field", equalTo("dryRun"));
    }

    @Test
    void refusesAsAWholeAndListsAllThatIsWrong() throws Exception {
        String before = export();
        put(WHOLE.replace("\"rendezvous\"", "\"best\"").replace("1500", "1").replace("\"draining\"", "\"shut\""))
                .statusCode(400)
                .contentType(Problem.MEDIA_TYPE)
                .body("field", equalTo("overrides.o-0123456789ab.admission"))
                .body("detail", containsString("3 mistakes"))
                .body(
                        "errors.field",
                        hasItems("overrides.o-0123456789ab.admission", "rules[0].policy", "settings.reportMillis"));
        put(WHOLE.replace("\"formatVersion\":1", "\"formatVersion\":2"))
                .statusCode(400)
                .body("field", equalTo("formatVersion"))
                .body("detail", containsString("newer control plane"));
        put("{").statusCode(400).body("field", equalTo("body"));
        assertThat(export()).isEqualTo(before);
    }

    @Test
    void aSecondOperatorDoesNotOverwriteTheFirst() {
        String seen = given().get(PATH).header("ETag");
        assertThat(given().get("/api/v1/vhosts").header("ETag")).isEqualTo(seen);
        ifMatch(seen, "", WHOLE).statusCode(200);
        ifMatch(seen, "", EMPTY).statusCode(412).contentType(Problem.MEDIA_TYPE);
        ifMatch(seen, "?dryRun=true", EMPTY).statusCode(412);
        ifMatch(given().get(PATH).header("ETag"), "", EMPTY).statusCode(200);
    }

    @Test
    void keepsFormerVersionsWhateverChangedThemAndGoesBack() throws Exception {
        put(WHOLE).statusCode(200);
        String whole = export();
        long version = JSON.readTree(whole).get("version").longValue();
        given().contentType(ContentType.JSON)
                .body("{\"rules\":[{\"name\":\"new\"}]}")
                .put("/api/v1/placement/rules")
                .then()
                .statusCode(200);
        given().contentType(ContentType.JSON)
                .body("{\"vhosts\":[]}")
                .put("/api/v1/vhosts")
                .then()
                .statusCode(200);
        given().get(VERSIONS + "?limit=3")
                .then()
                .statusCode(200)
                .body(
                        "items.summary",
                        equalTo(List.of(
                                "vhosts -live.example.com",
                                "rules +new -gold -rest",
                                "import: "
                                        + config.revision(version)
                                                .orElseThrow()
                                                .summary()
                                                .substring(8))))
                .body("items.current", equalTo(List.of(true, false, false)))
                .body("next", equalTo(Long.toString(version)));
        given().get(VERSIONS + "?after=" + version).then().body("items.version", not(hasItem((int) version)));
        assertThat(given().get(VERSIONS + "/" + version).asString()).isEqualTo(whole);

        String back = VERSIONS + "/" + version + "/rollback";
        String now = given().get(PATH).header("ETag");
        given().post(back + "?dryRun=true").then().statusCode(200).body("dryRun", equalTo(true));
        assertThat(given().get(PATH).header("ETag")).isEqualTo(now);
        given().header("If-Match", "\"1\"").post(back).then().statusCode(412);
        given().header("If-Match", now)
                .post(back)
                .then()
                .statusCode(200)
                .body("version", greaterThan((int) version))
                .body("changes.rules.removed", equalTo(List.of("new")));
        assertThat(meaning(export())).isEqualTo(meaning(whole));
        given().get(VERSIONS + "?limit=1")
                .then()
                .body("items", hasSize(1))
                .body("items[0].summary", containsString("back to version " + version));
    }

    @Test
    void knowsNoVersionThatIsNotKept() {
        given().get(VERSIONS + "/999999999").then().statusCode(404).contentType(Problem.MEDIA_TYPE);
        given().post(VERSIONS + "/999999999/rollback").then().statusCode(404);
        given().get(VERSIONS + "/first").then().statusCode(400).body("field", equalTo("version"));
        given().get(VERSIONS + "?after=x").then().statusCode(400).body("field", equalTo("after"));
        given().get(VERSIONS + "?after=1").then().statusCode(200).body("items", empty());
    }

    private static String export() {
        return given().get(PATH).then().statusCode(200).extract().asString();
    }

    /** Without what a document says of itself. */
    private static JsonNode meaning(String document) throws JsonProcessingException {
        return ((ObjectNode) JSON.readTree(document)).without(List.of("version", "changedAt", "changedBy"));
    }

    private static ValidatableResponse put(String body) {
        return given().contentType(ContentType.JSON).body(body).put(PATH).then();
    }

    private static ValidatableResponse ifMatch(String tag, String query, String body) {
        return given().contentType(ContentType.JSON)
                .header("If-Match", tag)
                .body(body)
                .put(PATH + query)
                .then();
    }
}
