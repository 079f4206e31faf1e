package io.millrace.control.srs.cluster;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.srs.origin.FakeSrs;
import io.millrace.model.OriginId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker that passes requests on gets. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class ClusterApiResourceTest {

    private static final String BASE = "/internal/v1/srs/api/v1";

    @Inject
    OriginRegistry registry;

    private final FakeSrs srs = new FakeSrs("srs").withCaptured("");
    private final String id =
            OriginId.of("srs-" + srs.port(), "127.0.0.1", srs.port()).value();

    @BeforeEach
    void register() {
        given().body(("{\"ip\":\"127.0.0.1\",\"server\":\"srs-%1$d\",\"service\":\"s\",\"pid\":\"1\","
                                + "\"rtmp\":[\"%1$d\"],\"api\":[\"%1$d\"]}")
                        .formatted(srs.port()))
                .post("/api/v1/srs/register")
                .then()
                .statusCode(200);
    }

    @AfterEach
    void close() {
        srs.close();
        registry.remove(new OriginId(id), "test");
    }

    private static RequestSpecification call() {
        return given().header("Authorization", "Bearer " + QuickWindow.TOKEN).header("X-Forwarded-For", "203.0.113.9");
    }

    /** The same with the API token of a client. */
    private static RequestSpecification call(String role) {
        String secret = given().contentType("application/json")
                .body("{\"name\":\"kicker\",\"role\":\"" + role + "\"}")
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
        return call().header(PassedOn.AUTHORIZATION, "Bearer " + secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/versions", "/versions/", "/summaries", "/summaries/"})
    void answersWithData(String path) {
        call().get(BASE + path).then().statusCode(200).body("code", equalTo(0)).body("$", hasKey("data"));
    }

    @Test
    void versionsAreForEverybodyOnTheSystemApiToo() {
        for (String path : new String[] {"/api/v1/versions", "/api/v1/versions/"}) {
            for (Response answer : new Response[] {
                given().get(path),
                given().post(path),
                given().contentType("text/weird").body("{}").post(path),
                call().get(BASE + "/versions")
            }) {
                answer.then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("code", equalTo(0))
                        .body("server", equalTo("millrace"))
                        .body("$", hasKey("pid"))
                        .body("data", hasKey("major"))
                        .body("data.version", not(emptyOrNullString()))
                        .body("signature", equalTo("millrace"))
                        .body("version", not(emptyOrNullString()));
            }
        }
        given().delete("/api/v1/versions").then().statusCode(405);
    }

    @ParameterizedTest
    @CsvSource({"vhosts,vhost.__defaultVhost__,1", "streams,ORIGIN.vid-405044u,1", "clients,ORIGIN.,4"})
    void answersWithListsWithAndWithoutASlash(String list, String ids, int rows) {
        // Other tests in this process leave rows of theirs.
        String ours = list + ".id.findAll { it.startsWith('" + ids.replace("ORIGIN", id) + "') }";
        for (String path : new String[] {"/" + list, "/" + list + "/", "/" + list + "/?start=0&count=100"}) {
            call().get(BASE + path)
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body("code", equalTo(0))
                    .body("server", equalTo("millrace"))
                    .body(ours, hasSize(rows));
        }
    }

    @Test
    void leadsIdsBackAndKicks() {
        srs.answer("/api/v1/clients/3682r4j9", FakeSrs.captured("client.json"));
        for (String slash : new String[] {"", "/"}) {
            call().get(BASE + "/clients/" + id + ".3682r4j9" + slash)
                    .then()
                    .body("client.id", equalTo(id + ".3682r4j9"));
        }
        call("operator")
                .delete(BASE + "/clients/" + id + ".3682r4j9")
                .then()
                .statusCode(200)
                .body("code", equalTo(0));
        call("operator").delete(BASE + "/clients/none").then().statusCode(200).body("code", equalTo(2049));
        call("operator").delete(BASE + "/clients/").then().statusCode(200).body("code", equalTo(2049));
        call("operator").delete(BASE + "/streams/x").then().statusCode(405);
        call().post(BASE + "/streams/").then().statusCode(405);
        given().get("/api/v1/events?limit=100").then().body("items.actor", hasItem("kicker"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void listsWhatThereIs(String path) {
        call().get(BASE + path).then().statusCode(200).body("urls", hasKey("streams"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rusages", "/nothing/at/all", "/self_proc_stats", "/raw"})
    void anApiThatIsNotThereHasTheCodeOfSrsForThat(String path) {
        call().get(BASE + path).then().statusCode(404).body("code", equalTo(3010));
        for (RequestSpecification each : new RequestSpecification[] {
            call("operator"),
            call("operator").body("{}"),
            call("admin").contentType("text/weird").body("x")
        }) {
            each.delete(BASE + path).then().statusCode(404).body("code", equalTo(3010));
            each.post(BASE + path).then().statusCode(404).body("code", equalTo(3010));
            each.put(BASE + path).then().statusCode(404).body("code", equalTo(3010));
            each.patch(BASE + path).then().statusCode(404).body("code", equalTo(3010));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/streams/", "/clients/x", "/summaries", "/vhosts"})
    void anApiThatOnlyTellsRefusesOtherMethodsWithACode(String path) {
        call().post(BASE + path).then().statusCode(405).body("code", equalTo(405));
        call().put(BASE + path).then().statusCode(405).body("code", equalTo(405));
        call().post(BASE + "/versions").then().statusCode(200).body("code", equalTo(0));
        call().post(BASE + "/").then().statusCode(404).body("code", equalTo(3010));
    }

    @Test
    void namesTheOriginThatIsGone() {
        srs.close();
        call().get(BASE + "/streams/")
                .then()
                .statusCode(200)
                .body("code", equalTo(0))
                .body("streams.id.findAll { it.startsWith('" + id + "') }", hasSize(0))
                .body("missing.origin", hasItem(id))
                .body("missing.why", hasItem("no connection to its API"));
    }

    @Test
    void answersOnlyWorkers() {
        given().get(BASE + "/streams/").then().statusCode(401);
        given().delete(BASE + "/clients/x").then().statusCode(401);
    }

    @Test
    void aKickWithoutATokenOfAnOperatorIsRefusedWhereverTheWorkerIs() {
        String path = BASE + "/clients/" + id + ".3682r4j9";
        srs.answer("/api/v1/clients/3682r4j9", FakeSrs.captured("client.json"));
        call().delete(path).then().statusCode(403).body("code", equalTo(403));
        for (String wrong : new String[] {
            "Bearer x", "Bearer ", "Basic YTpi", "Bearer " + QuickWindow.TOKEN, "Bearer mlr_000000000000_0000"
        }) {
            call().header(PassedOn.AUTHORIZATION, wrong).delete(path).then().statusCode(403);
        }
        call("viewer").delete(path).then().statusCode(403);
        call("exporter").delete(path).then().statusCode(403);
        given().queryParam("operation", "client.kick")
                .queryParam("target", id)
                .get("/api/v1/audit")
                .then()
                .body("items.result", everyItem(equalTo("refused")))
                .body("items.address", everyItem(equalTo("203.0.113.9")))
                .body("items", not(hasSize(0)));
        call("operator").delete(path).then().statusCode(200).body("code", equalTo(0));
        given().queryParam("operation", "client.kick")
                .queryParam("target", id)
                .get("/api/v1/audit")
                .then()
                .body("items[0].result", equalTo("done"))
                .body("items[0].actor", equalTo("kicker"));
    }

    @Test
    void aTokenThatAClientShowsIsJudgedForReadingToo() {
        call().header(PassedOn.AUTHORIZATION, "Bearer x")
                .get(BASE + "/clients")
                .then()
                .statusCode(403);
        call("viewer").get(BASE + "/clients").then().statusCode(403);
        call("operator").get(BASE + "/clients").then().statusCode(200);
    }

    @Test
    void parametersThatSrsDoesNotKnowAreIgnored() {
        for (String path : new String[] {"/versions", "/summaries", "/vhosts", "/streams", "/clients"}) {
            call().get(BASE + path + "?callback=x&unknown=1&start=0&_=1764547200")
                    .then()
                    .statusCode(200)
                    .body("code", equalTo(0));
        }
        given().get("/api/v1/versions?unknown=1").then().statusCode(200);
        given().body("{}")
                .post("/api/v1/srs/register?unknown=1")
                .then()
                .statusCode(400)
                .body("field", equalTo("ip"));
        call("operator")
                .delete(BASE + "/clients/none?unknown=1")
                .then()
                .statusCode(200)
                .body("code", equalTo(2049));
    }
}
