package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.control.api.QuickWindow;
import io.millrace.control.security.Roles;
import io.millrace.control.security.user.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With names and passwords. */
@QuarkusTest
@TestProfile(LocalLoginTest.Local.class)
class LocalLoginTest {

    /** Likewise, but with a log-in. */
    public static final class Local extends QuickWindow {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.put("millrace.login", "local");
            return settings;
        }
    }

    private static final String PASSWORD = "correct horse battery";

    @Inject
    Users users;

    @ConfigProperty(name = "millrace.data-dir")
    String dataDir;

    @Test
    void thisMachineIsNobodyWithoutALogIn() {
        given().get("/api/v1/origins")
                .then()
                .statusCode(401)
                .body("code", equalTo("not-logged-in"))
                .body("detail", containsString("/api/v1/login"));
    }

    @Test
    void whoLogsInIsThatUserUntilTheLogOut() {
        user("ada", Roles.OPERATOR);
        Response answer = logIn("ada", PASSWORD);
        answer.then()
                .statusCode(200)
                .body("name", equalTo("ada"))
                .body("role", equalTo("operator"))
                .header("Set-Cookie", containsStringIgnoringCase("HttpOnly"))
                .header("Set-Cookie", containsString("SameSite=Strict"))
                .header("Set-Cookie", containsString("Path=/"));
        String cookie = answer.cookie("millrace_login");
        given().cookie("millrace_login", cookie)
                .get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("name", equalTo("ada"))
                .body("credential", equalTo("log-in"))
                .body("roles", hasItem("viewer"));
        given().cookie("millrace_login", cookie).get("/api/v1/users").then().statusCode(403);
        given().cookie("millrace_login", cookie)
                .header("X-Millrace-Request", "1")
                .post("/api/v1/logout")
                .then()
                .statusCode(204);
        given().cookie("millrace_login", cookie).get("/api/v1/me").then().statusCode(401);
    }

    @Test
    @Timeout(60)
    void aLogOutEndsTheFeedsOfTheLogIn() throws IOException, InterruptedException {
        user("finn", Roles.VIEWER);
        String cookie = logIn("finn", PASSWORD).cookie("millrace_login");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> feed = client.send(
                    HttpRequest.newBuilder(QuickWindow.InternalApi.uri("/api/v1/events/stream"))
                            .header("Cookie", "millrace_login=" + cookie)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(feed.statusCode()).isEqualTo(200);
            given().cookie("millrace_login", cookie)
                    .header("X-Millrace-Request", "1")
                    .post("/api/v1/logout")
                    .then()
                    .statusCode(204);
            long since = System.nanoTime();
            assertThat(new String(feed.body().readAllBytes(), StandardCharsets.UTF_8))
                    .containsPattern("event: ?signed-out");
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aPageOfAnotherSiteCannotChangeAnything() {
        user("bea", Roles.ADMIN);
        String cookie = logIn("bea", PASSWORD).cookie("millrace_login");
        given().cookie("millrace_login", cookie)
                .contentType(ContentType.JSON)
                .body(Map.of("name", "script", "role", "admin"))
                .post("/api/v1/tokens")
                .then()
                .statusCode(401);
        given().cookie("millrace_login", cookie)
                .contentType(ContentType.TEXT)
                .body("{\"name\":\"script\",\"role\":\"admin\"}")
                .post("/api/v1/tokens")
                .then()
                .statusCode(415);
        given().cookie("millrace_login", cookie).post("/api/v1/logout").then().statusCode(401);
        given().cookie("millrace_login", cookie).get("/api/v1/me").then().statusCode(200);
        given().cookie("millrace_login", cookie)
                .header("X-Millrace-Request", "1")
                .contentType(ContentType.JSON)
                .body(Map.of("name", "script", "role", "viewer"))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .body("token.createdBy", equalTo("bea"));
    }

    @Test
    void aPasswordFromAnotherMachineComesOverTlsOnly() {
        user("cyd", Roles.VIEWER);
        given().header("X-Forwarded-For", "203.0.113.7")
                .contentType(ContentType.JSON)
                .body(Map.of("name", "cyd", "password", PASSWORD))
                .post("/api/v1/login")
                .then()
                .statusCode(403)
                .body("code", equalTo("plain-http"))
                .body("detail", containsString("MILLRACE_LOGIN_PLAIN_HTTP"));
    }

    @Test
    void aWrongPasswordIsNoLogInAndIsNotRepeatedInTheAnswer() {
        user("dot", Roles.VIEWER);
        logIn("dot", "a wrong guess")
                .then()
                .statusCode(401)
                .body(not(containsString("a wrong guess")))
                .header("Set-Cookie", nullValue());
    }

    @Test
    void usersAreManagedWithTheFileOfTheControlPlane() throws IOException {
        String token = Files.readString(Path.of(dataDir, "admin-token")).strip();
        Map<String, String> admin = Map.of("Authorization", "Bearer " + token);
        String made = given().headers(admin)
                .contentType(ContentType.JSON)
                .body(Map.of("name", "eve", "role", "viewer"))
                .post("/api/v1/users")
                .then()
                .statusCode(201)
                .extract()
                .path("password");
        logIn("eve", made).then().statusCode(200);
        given().headers(admin)
                .contentType(ContentType.JSON)
                .body(Map.of("role", "operator"))
                .patch("/api/v1/users/eve")
                .then()
                .statusCode(200)
                .body("role", equalTo("operator"));
        given().headers(admin)
                .get("/api/v1/users")
                .then()
                .body("items.name", hasItem("eve"))
                .body("items.name", hasItem("admin"))
                .body(not(containsString("hash")));
        given().headers(admin).delete("/api/v1/users/eve").then().statusCode(204);
        logIn("eve", made).then().statusCode(401);
        given().headers(admin)
                .header("X-Forwarded-For", "203.0.113.7")
                .get("/api/v1/users")
                .then()
                .statusCode(401);
    }

    @Test
    void oneChangesOnesOwnPassword() {
        user("fay", Roles.VIEWER);
        String cookie = logIn("fay", PASSWORD).cookie("millrace_login");
        change(cookie, "not it", "another password").then().statusCode(400).body("field", equalTo("password"));
        change(cookie, PASSWORD, "short").then().statusCode(400).body("errors[0].field", equalTo("next"));
        change(cookie, PASSWORD, "another password").then().statusCode(204);
        given().cookie("millrace_login", cookie).get("/api/v1/me").then().statusCode(401);
        logIn("fay", "another password").then().statusCode(200);
    }

    private static Response change(String cookie, String password, String next) {
        return given().cookie("millrace_login", cookie)
                .header("X-Millrace-Request", "1")
                .contentType(ContentType.JSON)
                .body(Map.of("password", password, "next", next))
                .put("/api/v1/me/password");
    }

    @Test
    void allThatIsWrongWithAWantedUserIsSaidAtOnce() throws IOException {
        String token = Files.readString(Path.of(dataDir, "admin-token")).strip();
        assertThat(given().header("Authorization", "Bearer " + token)
                        .contentType(ContentType.JSON)
                        .body(Map.of("name", "no spaces", "role", "root", "password", "short"))
                        .post("/api/v1/users")
                        .then()
                        .statusCode(400)
                        .extract()
                        .<java.util.List<String>>path("errors.field"))
                .containsExactly("name", "role", "password");
    }

    private void user(String name, String role) {
        users.add(name, role, PASSWORD);
    }

    private static Response logIn(String name, String password) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("name", name, "password", password))
                .post("/api/v1/login");
    }
}
