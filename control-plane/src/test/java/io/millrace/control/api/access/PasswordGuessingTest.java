package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.api.QuickWindow.InternalApi;
import io.millrace.control.security.Roles;
import io.millrace.control.security.user.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody behind the same address as everybody else guesses passwords as fast as the network goes. */
@QuarkusTest
@TestProfile(PasswordGuessingTest.Guessed.class)
class PasswordGuessingTest {

    /** A control plane of its own, since the address has no attempts left afterwards. */
    public static final class Guessed extends QuickWindow {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.put("millrace.login", "local");
            return settings;
        }
    }

    private static final int GUESSES = 2_000;
    private static final int AT_ONCE = 50;
    private static final int WORKS_EVERY = 100;
    private static final String PASSWORD = "correct horse battery";

    @Inject
    Users users;

    @Inject
    MeterRegistry metrics;

    @Test
    @Timeout(300)
    void costsFewHashesAndNeitherEndsALogInNorLocksOutTheOwner() throws Exception {
        users.add("ada", Roles.OPERATOR, PASSWORD);
        Response loggedIn = logIn(null);
        String logIn = loggedIn.cookie("millrace_login");
        String browser = loggedIn.cookie("millrace_browser");
        assertThat(browser).isNotNull();
        Map<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();
        Semaphore free = new Semaphore(AT_ONCE);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < GUESSES; i++) {
                free.acquire();
                String name = i % 2 == 0 ? "ada" : "nobody" + i;
                var _ = client.sendAsync(
                                HttpRequest.newBuilder(InternalApi.uri("/api/v1/login"))
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(
                                                "{\"name\":\"" + name + "\",\"password\":\"guess number " + i + "\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .whenComplete((answer, failure) -> {
                            answers.computeIfAbsent(
                                            failure == null ? answer.statusCode() : 0, status -> new AtomicInteger())
                                    .incrementAndGet();
                            free.release();
                        });
                if (i % WORKS_EVERY == 0) {
                    HttpResponse<Void> works = client.send(
                            HttpRequest.newBuilder(InternalApi.uri("/api/v1/me"))
                                    .header("Cookie", "millrace_login=" + logIn)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
                    assertThat(works.statusCode()).isEqualTo(200);
                }
            }
            free.acquire(AT_ONCE);
        }
        assertThat(answers.keySet()).isSubsetOf(401, 429);
        assertThat(answers.values().stream().mapToInt(AtomicInteger::get).sum()).isEqualTo(GUESSES);
        assertThat(metrics.get("millrace.logins")
                        .tag("outcome", "wrong")
                        .counter()
                        .count())
                .as("hashes")
                .isBetween(1.0, 20.0);
        useUpTheAttempts();
        assertThat(logIn(null).statusCode())
                .as("another browser of the address")
                .isEqualTo(429);
        assertThat(logIn(browser).statusCode()).isEqualTo(200);
    }

    /** Most of the flood was refused while a hash was computed, which is no attempt. */
    private static void useUpTheAttempts() {
        int wrong = 0;
        while (logIn(null, "a guess").statusCode() == 401) {
            assertThat(++wrong).isLessThanOrEqualTo(10);
        }
    }

    private static Response logIn(@Nullable String browser) {
        return logIn(browser, PASSWORD);
    }

    private static Response logIn(@Nullable String browser, String password) {
        var request =
                given().contentType(ContentType.JSON).body("{\"name\":\"ada\",\"password\":\"" + password + "\"}");
        return (browser == null ? request : request.cookie("millrace_browser", browser)).post("/api/v1/login");
    }
}
