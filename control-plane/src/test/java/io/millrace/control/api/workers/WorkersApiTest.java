package io.millrace.control.api.workers;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.Problem;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.config.ConfigRepository;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class WorkersApiTest {

    @Inject
    ConfigRepository config;

    private static String publishedVersion() {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> given().get("/api/v1/routing-table").path("table.version"), version -> version != null)
                .toString();
    }

    private static ValidatableResponse beat(String worker, String more) {
        return InternalApi.call()
                .body("{\"instance\":\"i1\"" + more + "}")
                .post("/internal/v1/workers/" + worker + "/reports")
                .then();
    }

    @Test
    void refusesCallersWithoutTheToken() {
        for (var call : List.of(given(), given().header("Authorization", "Bearer wrong"))) {
            call.contentType(ContentType.JSON)
                    .body("{}")
                    .post("/internal/v1/resolve")
                    .then()
                    .statusCode(401)
                    .contentType(Problem.MEDIA_TYPE)
                    .header("WWW-Authenticate", containsString("Bearer"))
                    .body("status", equalTo(401));
        }
        given().get("/internal/v1/routing-table").then().statusCode(401);
        given().contentType(ContentType.JSON)
                .body("{}")
                .put("/internal/v1/workers/w")
                .then()
                .statusCode(401);
    }

    @Test
    void listsItselfAmongTheControlPlanesWhereOthersCanReachIt() {
        InternalApi.enrol("cps").statusCode(200);
        String id = given().get("/api/v1/workers/cps").path("controlPlane");
        given().get("/api/v1/control-planes")
                .then()
                .statusCode(200)
                .body("id", contains(id))
                .body("self", contains(true))
                .body("url", contains(matchesPattern("http://[0-9.]+:" + RestAssured.port)))
                .body("[0].workers", greaterThanOrEqualTo(1));
    }

    @Test
    void answersOtherControlPlanesOnlyWithTheToken() {
        InternalApi.enrol("peer", "px", "py").statusCode(200);
        given().contentType(ContentType.JSON)
                .body("{}")
                .post("/internal/v1/peers/sessions")
                .then()
                .statusCode(401);
        InternalApi.call()
                .body("{\"worker\":\"peer\",\"limit\":1}")
                .post("/internal/v1/peers/sessions")
                .then()
                .statusCode(200)
                .body("sessions.session.id", contains("px"));
        InternalApi.call()
                .post("/internal/v1/peers/sessions/py/kick?worker=peer&actor=somebody")
                .then()
                .statusCode(200)
                .body("order", equalTo("GIVEN"));
        given().get("/api/v1/events?kind=session-kicked&subject=py").then().body("items.actor", contains("somebody"));
        InternalApi.call()
                .post("/internal/v1/peers/workers/nobody/drain")
                .then()
                .body("order", equalTo("UNKNOWN"));
        InternalApi.call()
                .get("/internal/v1/peers/decisions?stream=v/live/none&epoch=1")
                .then()
                .statusCode(404);
    }

    @Test
    void showsAWorkerFromEnrolmentToDrain() {
        String version = publishedVersion();
        InternalApi.enrol("w1", "s1", "s2").statusCode(200).body("controlPlane", notNullValue());
        beat("w1", ",\"tableVersion\":\"" + version + "\",\"new\":1")
                .statusCode(200)
                .body("directives", empty());
        given().get("/api/v1/workers/w1")
                .then()
                .statusCode(200)
                .body("phase", equalTo("serving"))
                .body("table.version", equalTo(version))
                .body("table.versionsBehind", notNullValue())
                .body("sessions", equalTo(2))
                .body("listeners.rtmp", equalTo("127.0.0.1:11935"));
        InternalApi.call()
                .body("{\"instance\":\"i1\",\"version\":\"" + version + "\",\"problem\":\"a vhost stands twice\"}")
                .post("/internal/v1/workers/w1/table-acks")
                .then()
                .statusCode(204);
        given().get("/api/v1/workers/w1").then().body("rejectedTable.problem", equalTo("a vhost stands twice"));
        given().post("/api/v1/workers/w1/drain").then().statusCode(202);
        beat("w1", "").body("directives.action", contains("drain"));
        given().post("/api/v1/workers/nobody/drain")
                .then()
                .statusCode(404)
                .body("detail", equalTo("there is no worker nobody"));
    }

    @Test
    void pagesWorkersAndSessions() {
        InternalApi.enrol("p1", "ps1", "ps3").statusCode(200);
        InternalApi.enrol("p2", "ps2").statusCode(200);
        given().get("/api/v1/workers?after=p&limit=1")
                .then()
                .body("items.name", contains("p1"))
                .body("next", equalTo("p1"));
        String next = given().get("/api/v1/sessions?limit=2&after=ps@x")
                .then()
                .body("items.id", contains("ps1", "ps2"))
                .body("items[0].stream", equalTo("__defaultVhost__/live/show"))
                .extract()
                .path("next");
        given().queryParam("after", next)
                .get("/api/v1/sessions?worker=p1")
                .then()
                .body("items.id", contains("ps3"))
                .body("next", nullValue());
        given().get("/api/v1/sessions?stream=__defaultVhost__/live/other")
                .then()
                .body("items", empty());
    }

    @Test
    void endsASessionThroughItsWorker() {
        InternalApi.enrol("k1", "kicked").statusCode(200);
        given().delete("/api/v1/sessions/kicked").then().statusCode(202);
        String directive = beat("k1", "")
                .body("directives[0].action", equalTo("end-session"))
                .body("directives[0].session", equalTo("kicked"))
                .extract()
                .path("directives[0].id");
        beat("k1", ",\"closed\":[\"kicked\"],\"done\":[\"" + directive + "\"]").body("directives", empty());
        given().delete("/api/v1/sessions/kicked").then().statusCode(404).contentType(Problem.MEDIA_TYPE);
        given().get("/api/v1/events?kind=session-kicked&subject=kicked")
                .then()
                .body("items.kind", contains("session-kicked"));
    }

    @Test
    void tellsAnUnknownWorkerToEnrol() {
        beat("stranger", "").statusCode(200).body("directives.action", contains("enrol"));
        InternalApi.call()
                .body("{\"instance\":\"i1\",\"version\":\"e:1\"}")
                .post("/internal/v1/workers/stranger/table-acks")
                .then()
                .statusCode(404);
    }

    @Test
    void servesTheTableWholeAsDeltaAndNotAtAll() {
        String version = publishedVersion();
        InternalApi.call()
                .get("/internal/v1/routing-table?worker=t")
                .then()
                .statusCode(200)
                .body("whole.version", notNullValue())
                .body("delta", nullValue());
        InternalApi.call()
                .get("/internal/v1/routing-table?have=foreign:7")
                .then()
                .body("whole.version", notNullValue());
        config.update(document -> document.withVhosts(List.of("delta.example")));
        InternalApi.call()
                .get("/internal/v1/routing-table?waitMillis=5000&have=" + version)
                .then()
                .statusCode(200)
                .body("delta.vhosts", hasItem("delta.example"));
        // Origins of other tests in the same process fall silent at any time, which makes a new table.
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> InternalApi.call()
                        .get("/internal/v1/routing-table?waitMillis=100&have=" + publishedVersion())
                        .then()
                        .statusCode(304));
    }

    @Test
    void answersAResolve() {
        InternalApi.call()
                .body("{\"worker\":\"w\",\"stream\":\"__defaultVhost__/live/new\",\"intent\":\"publish\","
                        + "\"protocol\":\"srt\"}")
                .post("/internal/v1/resolve")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("no-origin"))
                .body("reason", not(equalTo("")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/internal/v1/routing-table?have=nonsense | have",
                "/internal/v1/routing-table?waitMillis=-1 | waitMillis",
                "/internal/v1/routing-table?waitMillis=soon | waitMillis",
                "/api/v1/workers?limit=0 | limit",
                "/api/v1/sessions?limit=1001 | limit",
                "/api/v1/sessions?after=x | after",
                "/api/v1/sessions?stream=x | stream",
                "/api/v1/events?kind=nonsense | kind",
                "/api/v1/events?before=x | before",
                "/api/v1/events?limit=many | limit",
            })
    void namesTheFieldOfABadQuery(String path, String field) {
        (path.startsWith("/internal") ? InternalApi.call() : given())
                .get(path)
                .then()
                .statusCode(400)
                .contentType(Problem.MEDIA_TYPE)
                .body("field", equalTo(field))
                .body("detail", containsString(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{",
                "[]",
                "null",
                "{}",
                "{\"instance\":7.5,\"streams\":5}",
                "{\"instance\":\"i1\",\"streams\":[null]}",
                "{\"instance\":\"i1\",\"streams\":[{}]}",
                "{\"instance\":\"i1\",\"streams\":[{\"stream\":\"x\"}]}",
                "{\"instance\":\"i1\",\"opened\":[{\"id\":\"x\"}]}",
                "{\"instance\":\"i1\",\"phase\":\"sleeping\"}",
                "{\"instance\":\"i1\",\"observations\":[{\"origin\":\"\"}]}",
            })
    void answersANonsenseReportWithAProblem(String body) {
        InternalApi.call()
                .body(body)
                .post("/internal/v1/workers/w9/reports")
                .then()
                .statusCode(400)
                .contentType(Problem.MEDIA_TYPE)
                .body("detail", not(containsString("io.millrace")));
    }

    @Test
    void refusesAHelloUnderAnotherName() {
        InternalApi.call()
                .body("{\"worker\":\"other\",\"instance\":\"i1\"}")
                .put("/internal/v1/workers/w8")
                .then()
                .statusCode(400)
                .body("field", equalTo("worker"));
    }

    @Test
    void documentsThePublicApiOnTheMainPort() {
        String document = given().accept(ContentType.JSON)
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("info.title", equalTo("Millrace management API"))
                .body("tags.name", hasItems("workers", "sessions", "events"))
                .extract()
                .asString();
        assertThat(document).contains("/api/v1/workers/{name}/drain").doesNotContain("/internal/");
    }

    @Test
    void showsHealthAndMetricsOnTheManagementPort() {
        publishedVersion();
        InternalApi.enrol("m1").statusCode(200);
        answersAResolve();
        given().get(InternalApi.management("/q/health/live")).then().statusCode(200);
        given().get(InternalApi.management("/q/health/started")).then().statusCode(200);
        given().get(InternalApi.management("/q/health/ready"))
                .then()
                .statusCode(200)
                .body("checks.name", hasItems("store", "routing-table"));
        String metrics = given().get(InternalApi.management("/q/metrics")).asString();
        assertThat(metrics)
                .contains("millrace_origins{state=\"up\"")
                .contains("millrace_resolve_seconds_bucket{outcome=\"no-origin\"")
                .contains("millrace_table_sequence")
                .contains("millrace_workers{phase=\"serving\"")
                .contains("millrace_directives_pending")
                .contains("millrace_events_total{kind=\"worker-enrolled\"")
                .contains("millrace_bindings");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(given().get(InternalApi.management("/q/metrics"))
                                .asString())
                        .contains("millrace_worker_table_lag_seconds{worker=\"m1\""));
    }
}
