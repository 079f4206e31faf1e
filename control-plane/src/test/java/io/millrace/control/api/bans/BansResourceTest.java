package io.millrace.control.api.bans;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.Problem;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickWindow.class)
class BansResourceTest {

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }

    private static List<String> idsInTheTable() {
        return given().get("/api/v1/routing-table").path("table.bans.id");
    }

    @Test
    void aBanIsInTheTableUntilItIsLifted() {
        String id = post("/api/v1/bans", "{\"network\":\"203.0.113.9/24\",\"reason\":\"spam\",\"intent\":\"play\"}")
                .statusCode(201)
                .header("Location", containsString("/api/v1/bans/b-"))
                .body("network", equalTo("203.0.113.0/24"))
                .body("stream", equalTo("*"))
                .body("intent", equalTo("play"))
                .body("madeBy", equalTo("operator"))
                .body("expiresAt", nullValue())
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(10)).until(() -> idsInTheTable().contains(id));
        post("/api/v1/bans", "{\"network\":\"203.0.113.0/24\",\"intent\":\"play\",\"seconds\":600}")
                .statusCode(200)
                .body("id", equalTo(id))
                .body("expiresAt", notNullValue());
        given().get("/api/v1/bans/" + id).then().statusCode(200).body("reason", equalTo(""));
        given().get("/api/v1/bans?limit=1000").then().body("items.id", hasItem(id));
        given().delete("/api/v1/bans/" + id).then().statusCode(204);
        await().atMost(Duration.ofSeconds(10)).until(() -> !idsInTheTable().contains(id));
        given().get("/api/v1/bans/" + id).then().statusCode(404);
        given().delete("/api/v1/bans/" + id).then().statusCode(404);
        given().get("/api/v1/events?kind=bans-changed&subject=" + id)
                .then()
                .body("items.message", hasItem(containsString("banned one network streams=*/*/*")))
                .body("items.message", hasItem(containsString("lifted")));
    }

    @Test
    void aBanThatEndsLeavesTheTableByItself() {
        String id = post("/api/v1/bans", "{\"stream\":\"short\",\"seconds\":1}")
                .statusCode(201)
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> given().get("/api/v1/bans/" + id).statusCode() == 404
                        && !idsInTheTable().contains(id));
    }

    @Test
    void namesAllMistakesAtOnce() {
        post("/api/v1/bans", "{\"network\":\"a.example\",\"app\":\"\",\"intent\":\"look\",\"seconds\":0,\"nmae\":1}")
                .statusCode(400)
                .contentType(Problem.MEDIA_TYPE)
                .body("errors.field", hasItems("network", "app", "intent", "seconds", "nmae"));
    }

    @Test
    void refusesToBanEverybody() {
        for (String body : List.of("{}", "{\"network\":\"0.0.0.0/0\"}", "{\"stream\":\"*\",\"intent\":\"publish\"}")) {
            post("/api/v1/bans", body).statusCode(400).body("detail", containsString("ban everybody"));
            post("/api/v1/sessions/revoke", body).statusCode(400);
        }
    }

    @Test
    void aSubjectIsBannedAloneOrForSomeStreams() {
        String id = post("/api/v1/bans", "{\"subject\":\"ann@example.com\",\"app\":\"live\"}")
                .statusCode(201)
                .body("subject", equalTo("ann@example.com"))
                .body("network", nullValue())
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> given().get("/api/v1/routing-table")
                        .<List<String>>path("table.bans.subject")
                        .contains("ann@example.com"));
        post("/api/v1/bans", "{\"subject\":\"bert@example.com\",\"app\":\"live\"}")
                .statusCode(201)
                .body("id", not(equalTo(id)));
        given().get("/api/v1/events?kind=bans-changed&subject=" + id)
                .then()
                .body("items.message", hasItem(containsString("any client of one subject")))
                .body(not(containsString("ann@example.com")));
        given().delete("/api/v1/bans/" + id).then().statusCode(204);
        post("/api/v1/bans", "{\"subject\":\"\"}").statusCode(400).body("errors.field", hasItem("subject"));
        post("/api/v1/bans", "{\"subject\":\"" + "x".repeat(257) + "\"}").statusCode(400);
        String alone = post("/api/v1/sessions/revoke", "{\"subject\":\"ann@example.com\"}")
                .statusCode(200)
                .body("stream", equalTo("*"))
                .body("expiresAt", notNullValue())
                .extract()
                .path("id");
        given().delete("/api/v1/bans/" + alone).then().statusCode(204);
    }

    @Test
    void aSessionOfASubjectIsRevokedByThatAndNotByItsAddress() {
        InternalApi.enrolOf("ann@example.com", "revoker-2", "rv2").statusCode(200);
        given().get("/api/v1/sessions?worker=revoker-2").then().body("items[0].subject", equalTo("ann@example.com"));
        String id = post("/api/v1/sessions/revoke", "{\"session\":\"rv2\"}")
                .statusCode(200)
                .body("subject", equalTo("ann@example.com"))
                .body("network", nullValue())
                .body("stream", equalTo("show"))
                .extract()
                .path("id");
        given().delete("/api/v1/bans/" + id).then().statusCode(204);
    }

    @Test
    void aRevocationIsABanThatEnds() {
        String id = post("/api/v1/sessions/revoke", "{\"stream\":\"stolen\",\"reason\":\"stolen link\"}")
                .statusCode(200)
                .body("stream", equalTo("stolen"))
                .body("expiresAt", notNullValue())
                .extract()
                .path("id");
        given().delete("/api/v1/bans/" + id).then().statusCode(204);
    }

    @Test
    void aSessionIsRevokedByTheAddressAndStreamThatItHas() {
        InternalApi.enrol("revoker", "rv1").statusCode(200);
        String stream = given().get("/api/v1/sessions?worker=revoker").path("items[0].stream");
        String id = post("/api/v1/sessions/revoke", "{\"session\":\"rv1\",\"seconds\":60}")
                .statusCode(200)
                .body("network", notNullValue())
                .body("stream", equalTo(stream.substring(stream.lastIndexOf('/') + 1)))
                .extract()
                .path("id");
        given().delete("/api/v1/bans/" + id).then().statusCode(204);
        post("/api/v1/sessions/revoke", "{\"session\":\"nobody\"}").statusCode(404);
        post("/api/v1/sessions/revoke", "{\"session\":\"rv1\",\"network\":\"192.0.2.7\"}")
                .statusCode(400)
                .body("field", endsWith("network"));
    }
}
