package io.millrace.control.api.origins;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A control plane where newcomers wait. */
@QuarkusTest
@TestProfile(ApprovalTest.Strict.class)
class ApprovalTest {

    private static final String PATH = "/api/v1/origins";

    private static String register(String server) {
        given().body("{\"ip\":\"127.0.0.1\",\"server\":\"" + server
                        + "\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1\"]}")
                .post("/api/v1/srs/register")
                .then()
                .statusCode(200)
                .body("code", equalTo(0));
        return given().get(PATH + "?admission=pending")
                .then()
                .extract()
                .path("items.find { it.server == '" + server + "' }.id");
    }

    private static ValidatableResponse candidates() {
        return given().get("/api/v1/placement/explain?stream=__defaultVhost__/live/s")
                .then()
                .statusCode(200);
    }

    @Test
    void aNewcomerTakesNothingUntilItIsApproved() {
        String id = register("newcomer");
        given().get(PATH + "/" + id).then().statusCode(200).body("admission", equalTo("pending"));
        given().get(PATH + "?admission=open").then().body("items", empty());
        candidates().body("placement.candidates", empty());
        given().get("/api/v1/events").then().body("items.kind", hasItem("origin-pending"));

        given().post(PATH + "/" + id + "/approve").then().statusCode(200).body("admission", equalTo("open"));
        candidates().body("placement.candidates.size()", equalTo(1));
        given().contentType("application/json")
                .body("{\"admission\":\"cordoned\"}")
                .patch(PATH + "/" + id);
        given().post(PATH + "/" + id + "/approve").then().body("admission", equalTo("cordoned"));
        given().contentType("application/json")
                .body("{\"admission\":null}")
                .patch(PATH + "/" + id)
                .then()
                .statusCode(200)
                .body("admission", equalTo("pending"));
        given().post(PATH + "/o-000000000000/approve").then().statusCode(404);
    }

    @Test
    void nobodyIsSetPending() {
        String id = register("another");
        given().contentType("application/json")
                .body("{\"admission\":\"pending\"}")
                .patch(PATH + "/" + id)
                .then()
                .statusCode(400);
    }

    /** With MILLRACE_REGISTRATION_APPROVAL. */
    public static final class Strict implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "millrace.registration.approval", "on",
                    "millrace.rebuild-window", "0s",
                    "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0");
        }
    }
}
