package io.millrace.control.api.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.Page;
import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(AuditResourceTest.Alone.class)
class AuditResourceTest {

    /** A control plane of its own: how many refused attempts of one address get an entry is bounded. */
    public static final class Alone extends QuickWindow {}

    private static final String AUDIT = "/api/v1/audit";

    /** In the targets of this test, and in no other's. */
    private final String mark = "m" + UUID.randomUUID().toString().substring(0, 8);

    private ValidatableResponse marked(String query) {
        return given().queryParam("target", mark).get(AUDIT + query).then().statusCode(200);
    }

    private static ValidatableResponse newest(String operation) {
        return given().queryParam("operation", operation)
                .queryParam("limit", 1)
                .get(AUDIT)
                .then()
                .statusCode(200)
                .body("items", hasSize(1));
    }

    private static void vhosts(String name) {
        given().contentType(ContentType.JSON)
                .body("{\"vhosts\":[\"" + name + "\"]}")
                .put("/api/v1/vhosts")
                .then()
                .statusCode(200);
    }

    @Test
    void aChangeIsThereWithWhoWhatBeforeAndAfterAtOnce() {
        vhosts("before.example");
        vhosts("after.example");
        newest("vhosts.replace")
                .body("items[0].actor", equalTo("operator"))
                .body("items[0].credential", equalTo("this machine"))
                .body("items[0].address", equalTo("127.0.0.1"))
                .body("items[0].target", equalTo("vhosts"))
                .body("items[0].result", equalTo("done"))
                .body("items[0].status", equalTo(200))
                .body("items[0].before", equalTo(Map.of("vhosts", List.of("before.example"))))
                .body("items[0].after", equalTo(Map.of("vhosts", List.of("after.example"))));
    }

    @Test
    void anOriginIsFollowedFromItsBeginningToItsEnd() {
        String id = added();
        given().contentType(ContentType.JSON)
                .body("{\"admission\":\"cordoned\"}")
                .patch("/api/v1/origins/" + id)
                .then()
                .statusCode(200);
        given().delete("/api/v1/origins/" + id).then().statusCode(204);
        given().delete("/api/v1/origins/" + id).then().statusCode(404);
        given().queryParam("target", id)
                .get(AUDIT)
                .then()
                .body("items.operation", contains("origin.remove", "origin.remove", "origin.change", "origin.add"))
                .body("items.result", contains("invalid", "done", "done", "done"))
                .body("items.target[3]", equalTo("origins/" + id))
                .body("items.after[3].staticOrigins[0].server", equalTo(mark))
                .body("items.before[2]", notNullValue())
                .body("items.after[2].overrides", notNullValue())
                .body("items.before[1].staticOrigins[0].server", equalTo(mark));
    }

    @Test
    void whatMadeNoSenseIsThereWithoutBeforeAndAfter() {
        given().contentType(ContentType.JSON)
                .body("{\"origin\":\"o-0123456789ab\"}")
                .post("/api/v1/streams/__defaultVhost__/live/" + mark + "/move")
                .then()
                .statusCode(400);
        marked("")
                .body("items", hasSize(1))
                .body("items[0].operation", equalTo("stream.move"))
                .body("items[0].result", equalTo("invalid"))
                .body("items[0].status", equalTo(400))
                .body("items[0].after", nullValue());
    }

    @Test
    void aDryRunIsNoChange() {
        int entries = replacements();
        String document = given().get("/api/v1/config").asString();
        given().contentType(ContentType.JSON)
                .body(document)
                .put("/api/v1/config?dryRun=true")
                .then()
                .statusCode(200);
        assertThat(replacements()).isEqualTo(entries);
        given().contentType(ContentType.JSON)
                .body(document)
                .put("/api/v1/config")
                .then()
                .statusCode(200);
        assertThat(replacements()).isEqualTo(entries + 1);
    }

    private static int replacements() {
        return given().queryParam("operation", "config.replace")
                .queryParam("limit", Page.MAX_LIMIT)
                .get(AUDIT)
                .then()
                .statusCode(200)
                .extract()
                .path("items.size()");
    }

    /** The token of the hop is wrong: refused before the operation is reached. */
    @Test
    void aRefusedKickOfSrsApiIsThereWithTheOperationThatItWantedAndNoName() {
        given().header("Authorization", "Bearer wrong-token-of-" + mark)
                .delete("/internal/v1/srs/api/v1/clients/" + mark + "?token=" + mark)
                .then()
                .statusCode(401);
        marked("")
                .body("items", hasSize(1))
                .body("items[0].operation", equalTo("client.kick"))
                .body("items[0].result", equalTo("refused"))
                .body("items[0].actor", equalTo("unknown"))
                .body("items[0].credential", equalTo("none"))
                .body("items[0].target", equalTo("srs/api/v1/clients/" + mark));
        given().get(AUDIT).then().body(not(containsString("wrong-token-of-" + mark)));
    }

    @Test
    void filtersAndPagesBelongTogether() {
        for (int n = 0; n < 3; n++) {
            given().delete("/api/v1/streams/__defaultVhost__/live/" + mark + n)
                    .then()
                    .statusCode(404);
        }
        String next = marked("?limit=2")
                .body("items", hasSize(2))
                .body("items[0].target", containsString(mark + "2"))
                .extract()
                .path("next");
        marked("?limit=2&after=" + next)
                .body("items", hasSize(1))
                .body("items[0].target", containsString(mark + "0"))
                .body("next", nullValue());
        String at = marked("?limit=1").extract().path("items[0].at");
        marked("?until=" + at).body("items", hasSize(2));
        marked("?since=" + at).body("items", hasSize(1));
        marked("?actor=nobody").body("items", empty());
        marked("?result=done").body("items", empty());
        marked("?result=invalid&operation=stream.unbind&actor=operator").body("items", hasSize(3));
    }

    @Test
    void aFilterThatMakesNoSenseIsNamed() {
        given().get(AUDIT + "?result=good").then().statusCode(400).body("field", equalTo("result"));
        given().get(AUDIT + "?since=yesterday").then().statusCode(400).body("field", equalTo("since"));
        given().get(AUDIT + "?limit=0").then().statusCode(400).body("field", equalTo("limit"));
    }

    private String secretOf(String role) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("name", mark, "role", role))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
    }

    @Test
    void aTokenThatStandsWhereItsIdBelongsIsNotThere() {
        String secret = secretOf("viewer");
        String path = "/api/v1/tokens/" + secret;
        given().delete(path).then().statusCode(404).body(not(containsString(secret)));
        given().header("Authorization", "Bearer " + secret).delete(path).then().statusCode(403);
        given().header("X-Forwarded-For", "203.0.113.7").delete(path).then().statusCode(401);
        given().get(AUDIT + "?operation=token.revoke&limit=3")
                .then()
                .body("items.target", hasItems("tokens/***", "tokens/" + secret.substring(0, 17) + "***"))
                .body(not(containsString(secret.substring(17))));
    }

    @Test
    void whoIsNotAllowedIsThereByNameAndWhoIsNobodyIsNot() {
        String secret = secretOf("viewer");
        String path = "/api/v1/streams/__defaultVhost__/live/" + mark;
        given().header("Authorization", "Bearer " + secret).delete(path).then().statusCode(403);
        given().header("Authorization", "Bearer " + secret + "x")
                .delete(path)
                .then()
                .statusCode(401);
        given().header("X-Forwarded-For", "203.0.113.7").delete(path).then().statusCode(401);
        marked("?result=refused")
                .body("items", hasSize(3))
                .body("items.operation", contains("stream.unbind", "stream.unbind", "stream.unbind"))
                .body("items.actor", contains("unknown", "unknown", mark))
                .body("items.credential[2]", containsString("token "))
                .body("items.status", contains(401, 401, 403));
        given().get(AUDIT).then().body(not(containsString(secret)));
    }

    @Test
    void onlyAdministratorsReadIt() {
        for (String role : new String[] {"viewer", "operator", "exporter"}) {
            given().header("Authorization", "Bearer " + secretOf(role))
                    .get(AUDIT)
                    .then()
                    .statusCode(403);
        }
        given().header("Authorization", "Bearer " + secretOf("admin"))
                .get(AUDIT)
                .then()
                .statusCode(200);
        given().header("X-Forwarded-For", "203.0.113.7").get(AUDIT).then().statusCode(401);
    }

    @Test
    void aTokenThatIsMadeIsThereWithoutItsSecret() {
        String secret = secretOf("operator");
        newest("token.make")
                .body("items[0].after.name", equalTo(mark))
                .body("items[0].after.role", equalTo("operator"))
                .body(not(containsString(secret)));
    }

    @Test
    void aWriteThatNoOperationTakesIsNoEntry() {
        given().delete("/api/v1/" + mark).then().statusCode(404);
        marked("").body("items", empty());
    }

    @Test
    void whatATokenDoesIsDoneByItsName() {
        String id = added();
        given().header("Authorization", "Bearer " + secretOf("operator"))
                .contentType(ContentType.JSON)
                .body("{\"weight\":7}")
                .patch("/api/v1/origins/" + id)
                .then()
                .statusCode(200);
        given().get("/api/v1/config").then().body("changedBy", equalTo(mark));
        given().get("/api/v1/config/versions").then().body("items[0].actor", equalTo(mark));
        given().queryParam("subject", id).get("/api/v1/events").then().body("items.actor", hasItem(mark));
        newest("origin.change").body("items[0].actor", equalTo(mark));
        given().delete("/api/v1/origins/" + id).then().statusCode(204);
    }

    /** An origin at whose port nobody answers. */
    private String added() {
        return given().contentType(ContentType.JSON)
                .body("{\"server\":\"" + mark
                        + "\",\"ip\":\"127.0.0.1\",\"kind\":\"nginx-rtmp\",\"endpoints\":{\"rtmp\":[\"1\"]}}")
                .post("/api/v1/origins")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
