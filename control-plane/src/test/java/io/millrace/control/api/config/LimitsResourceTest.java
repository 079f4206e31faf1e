package io.millrace.control.api.config;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;

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
class LimitsResourceTest {

    private static ValidatableResponse put(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .put("/api/v1/limits")
                .then();
    }

    @AfterEach
    void lift() {
        put("{\"limits\":[]}").statusCode(200).body("limits", empty());
    }

    private static ValidatableResponse report(String worker, int publishers, int viewers) {
        return InternalApi.call()
                .body("""
                        {"instance":"i1","use":[{"vhost":"__defaultVhost__","publishers":%d,"viewers":%d,"kbps":700}]}
                        """.formatted(publishers, viewers))
                .post("/internal/v1/workers/" + worker + "/reports")
                .then();
    }

    @Test
    void whatIsSetIsToldToWorkersAndShownWithWhatTheyHave() {
        InternalApi.enrol("limited").statusCode(200);
        report("limited", 0, 3).statusCode(200).body("grants", empty());
        put("{\"limits\":[{\"vhost\":\"*\",\"maxViewers\":5,\"maxPublishers\":1}]}")
                .statusCode(200)
                .body("limits.maxViewers", contains(5))
                .body("limits[0].size()", equalTo(3));
        report("limited", 0, 8)
                .statusCode(200)
                .body("grants.vhost", contains("__defaultVhost__"))
                .body("grants[0].publishers", equalTo(1))
                .body("grants[0].viewers", equalTo(5));
        given().get("/api/v1/limits")
                .then()
                .body("use.find { it.vhost == '__defaultVhost__' }.viewers", equalTo(8))
                .body("use.find { it.vhost == '__defaultVhost__' }.kbps", equalTo(700));
        given().get("/api/v1/config").then().body("settings.limits.maxViewers", contains(5));
        given().get("/api/v1/events?kind=config-changed&subject=limits")
                .then()
                .body("items.actor", hasItem("operator"));
    }

    @Test
    void namesAllMistakesAtOnceAndChangesNothing() {
        put("""
                {"limits":[{"vhost":"a/b","maxViewers":1},{"vhost":"v"},{"maxViewers":-1},{"vhost":"w","maxKbps":"many","max":1},
                 {"vhost":"x","maxViewers":1},{"vhost":"x","maxViewers":2},7]}""")
                .statusCode(400)
                .body(
                        "errors.field",
                        hasItems(
                                "limits[0].vhost",
                                "limits[1].maxViewers",
                                "limits[2].vhost",
                                "limits[2].maxViewers",
                                "limits[3].maxKbps",
                                "limits[3].max",
                                "limits[5].vhost",
                                "limits[6]"));
        given().get("/api/v1/limits").then().body("limits", empty());
        put("{}").statusCode(400);
    }

    @Test
    void isReplacedOnlyIfItIsWhatWasRead() {
        String seen = given().get("/api/v1/limits").header("ETag");
        put("{\"limits\":[{\"vhost\":\"v\",\"maxViewers\":1}]}").statusCode(200);
        given().contentType(ContentType.JSON)
                .header("If-Match", seen)
                .body("{\"limits\":[]}")
                .put("/api/v1/limits")
                .then()
                .statusCode(412);
    }
}
