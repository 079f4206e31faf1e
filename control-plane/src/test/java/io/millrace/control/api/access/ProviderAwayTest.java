package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.control.api.access.WithProvider.TestProvider;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An identity provider that takes connections and says nothing, before and after this control plane has heard of it. */
@QuarkusTest
@TestProfile(ProviderAwayTest.Fresh.class)
@Timeout(180)
class ProviderAwayTest {

    /** So that the control plane is one that has never asked. */
    public static final class Fresh extends WithProvider {}

    private static final RsaJsonWebKey KEY = TestProvider.newKey();
    private static final int CALLERS = 100;

    /** Two requests to the provider, and what a busy machine adds. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(15);

    /** Who is held up by the provider waits for 5 s. */
    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    @ConfigProperty(name = "millrace.data-dir")
    String dataDir;

    @AfterEach
    void end() {
        TestProvider.speaking();
    }

    @Test
    void whoWaitsIsToldAndNobodyElseWaits() throws IOException {
        String admin = Files.readString(Path.of(dataDir, "admin-token")).strip();
        TestProvider.publish(KEY);
        me(admin).then().statusCode(200);
        TestProvider.silent();
        String token = TestProvider.signed(TestProvider.claims("deploy", "media-ops"), KEY);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Integer>> waiting = IntStream.range(0, CALLERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> i % 2 == 0
                                    ? CodeFlow.browser().get(CodeFlow.PATH).statusCode()
                                    : me(token).statusCode(),
                            callers))
                    .toList();
            for (int i = 0; i < 20; i++) {
                long since = System.nanoTime();
                me(admin).then().statusCode(200);
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(AT_ONCE);
            }
            assertThat(waiting)
                    .allSatisfy(answer ->
                            assertThat(answer).succeedsWithin(GIVEN_UP).isEqualTo(503));
        }
        assertThat(TestProvider.asked("/.well-known/openid-configuration"))
                .as("requests that waited")
                .isLessThanOrEqualTo(16);
        me(token).then().statusCode(503).header("Retry-After", "2").body("code", equalTo("provider-unavailable"));

        TestProvider.speaking();
        await().atMost(GIVEN_UP).until(() -> me(token).statusCode() == 200);
        CodeFlow flow = CodeFlow.begin();
        String logIn = flow.endsAs(TestProvider.person("ada", flow.nonce(), "media-staff"), KEY)
                .cookie("millrace_login");
        CodeFlow late = CodeFlow.begin();

        TestProvider.silent();
        long since = System.nanoTime();
        assertThat(late.back("code=x&state=" + late.asked().get("state")).statusCode())
                .isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(GIVEN_UP);
        given().cookie("millrace_login", logIn).get("/api/v1/me").then().statusCode(200);
        me(token).then().statusCode(200);
        RsaJsonWebKey unknown = TestProvider.newKey();
        await().atMost(GIVEN_UP)
                .untilAsserted(() -> me(TestProvider.signed(TestProvider.claims("mallory"), unknown))
                        .then()
                        .statusCode(401));

        TestProvider.speaking();
        await().atMost(GIVEN_UP)
                .until(() -> CodeFlow.browser().get(CodeFlow.PATH).statusCode() == 302);
    }

    private static Response me(String token) {
        return given().header("Authorization", "Bearer " + token).get("/api/v1/me");
    }
}
