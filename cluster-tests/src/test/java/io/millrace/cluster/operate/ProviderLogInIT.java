package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Browser;
import io.millrace.cluster.fixture.IdentityProvider;
import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.plane.Machine;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.store.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real browser, a real identity provider, and two control planes on one Redis that were started before it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderLogInIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** What ends at one control plane has ended at all within this time. */
    private static final Duration ENDED = Duration.ofSeconds(5);

    /** Two requests to the provider, of 5 s each, and what a busy machine adds. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(15);

    private static final Duration AN_HOUR = Duration.ofHours(1);

    /** Longer than the keys of the provider are not fetched again. */
    private static final Duration SHORTLY = Duration.ofSeconds(8);

    private static final String LOG_IN = "/api/v1/login/oidc";

    @TempDir
    private static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RedisServer redis;
    private IdentityProvider provider;
    private ControlPlane one;
    private ControlPlane two;
    private Browser browser;
    private Duration lastingFor = Duration.ZERO;
    private int profiles;

    @BeforeAll
    void start() throws IOException {
        redis = RedisServer.start(Files.createDirectories(folder.resolve("redis")));
        provider = new IdentityProvider(Files.createDirectories(folder.resolve("provider")));
        one = launch("one");
        two = launch("two");
    }

    private ControlPlane launch(String name) throws IOException {
        Map<String, String> settings = new HashMap<>(redis.settings());
        settings.putAll(provider.settings());
        ControlPlane plane = ControlPlane.launch(Files.createDirectories(folder.resolve(name)), Machine.HERE, settings);
        plane.process()
                .awaitStart(
                        Duration.ofSeconds(60),
                        "ready",
                        () -> plane.management().get("/q/health/ready").status() == 200);
        return plane;
    }

    @BeforeEach
    void another() {
        if (browser != null) {
            browser.close();
        }
        profiles++;
        browser = new Browser(folder.resolve("profile-" + profiles));
    }

    @AfterAll
    void stop() {
        for (AutoCloseable part : new AutoCloseable[] {browser, provider, one, two, redis, client}) {
            if (part != null) {
                close(part);
            }
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where its tokens last for another time the provider starts anew, with another key. */
    private void provider(Duration tokens) {
        if (!tokens.equals(lastingFor)) {
            provider.close();
            provider.start(List.of(one.url(), two.url()), tokens);
            lastingFor = tokens;
        }
    }

    @Test
    void aPersonLogsInAtOneControlPlaneAndIsLoggedInAtBothUntilTheLogOut() throws IOException, InterruptedException {
        provider(AN_HOUR);
        assertThat(get(one, "/api/v1/origins", "X-Nothing", "").statusCode()).isEqualTo(401);
        logIn(one, "operator-ada");
        assertThat(browser.ask("document.cookie"))
                .as("no script sees the log-in")
                .isEmpty();
        assertThat(me()).contains("\"name\":\"operator-ada\"", "\"operator\"").doesNotContain("\"admin\"");

        browser.open(two.url() + "/");
        Await.until(SOON, "the log-in holds at the other one", () -> me().contains("\"name\":\"operator-ada\""));
        assertThat(fetch("/api/v1/logout", "{method: 'POST'}"))
                .as("without the header")
                .startsWith("401");

        browser.open(one.url() + "/");
        String loggedOut = fetch("/api/v1/logout", "{method: 'POST', headers: {'X-Millrace-Request': '1'}}");
        assertThat(loggedOut).startsWith("200").contains(provider.issuer() + "/session/end");
        browser.open(two.url() + "/");
        Await.until(ENDED, "the log-out holds at the other one", () -> me().startsWith("401"));

        browser.open(loggedOut.substring(loggedOut.indexOf("http"), loggedOut.lastIndexOf('"')));
        browser.ask("document.querySelector('button[name=logout]').click()");
        Await.until(SOON, "the provider leads back", () -> address().equals(one.url() + "/"), this::page);
        browser.open(one.url() + LOG_IN);
        assertThat(browser.ask("document.querySelectorAll('input[name=login]').length"))
                .as("the provider asks who it is")
                .isEqualTo("1");
        List<String> lines = Stream.of(one, two)
                .flatMap(plane -> plane.process().output().stream())
                .toList();
        assertThat(String.join("\n", lines)).doesNotContain("eyJ", "secret-of-the-console", "code=");
    }

    @Test
    void whoHasNoRoleIsToldSo() {
        provider(AN_HOUR);
        logInThere(one, "guest-gus");
        Await.until(SOON, "told", () -> page().contains("role-missing"), this::page);
        assertThat(page()).contains("roles");
        browser.open(one.url() + "/");
        assertThat(me()).startsWith("401");
    }

    @Test
    void aLogInEndsWithItsTokenAndANewKeyIsTaken() throws IOException, InterruptedException {
        provider(AN_HOUR);
        String old = provider.machineToken();
        Await.until(SOON, "a machine", () -> status(one, "/api/v1/me", "Authorization", "Bearer " + old) == 200);
        assertThat(get(one, "/api/v1/me", "Authorization", "Bearer " + old).body())
                .contains("\"name\":\"operator-script\"");
        assertThat(get(one, "/api/v1/tokens", "Authorization", "Bearer " + old).statusCode())
                .isEqualTo(403);

        provider(SHORTLY);
        String next = provider.machineToken();
        Await.until(SOON, "of the new key", () -> {
            String token = fresh(next);
            return status(one, "/api/v1/me", "Authorization", "Bearer " + token) == 200;
        });
        assertThat(status(one, "/api/v1/me", "Authorization", "Bearer " + old))
                .as("of a key that is gone")
                .isEqualTo(401);
        logIn(one, "viewer-vic");
        assertThat(me()).contains("viewer-vic");
        Await.until(SOON, "its time is over", () -> me().startsWith("401"));
        Await.until(SOON, "the token's too", () -> status(one, "/api/v1/me", "Authorization", "Bearer " + next) == 401);
    }

    /** Tokens are so short-lived that waiting for the key takes more than one. */
    private String fresh(String token) {
        try {
            return provider.machineToken();
        } catch (IOException e) {
            return token;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void aProviderThatStandsStillHoldsNothingUp() throws IOException, InterruptedException {
        provider(AN_HOUR);
        logIn(one, "admin-ann");
        provider.process().suspend();
        // One that has never heard of the provider.
        try (ControlPlane third = launch("three")) {
            long since = System.nanoTime();
            assertThat(status(third, LOG_IN, "X-Nothing", "")).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(GIVEN_UP);
            String token = Files.readString(folder.resolve("three/admin-token")).strip();
            for (int i = 0; i < 50; i++) {
                assertThat(status(third, LOG_IN, "X-Nothing", "")).isEqualTo(503);
                assertThat(status(third, "/api/v1/origins", "Authorization", "Bearer " + token))
                        .isEqualTo(200);
            }
            browser.open(third.url() + "/");
            assertThat(me()).as("a log-in of before").contains("admin-ann");
            provider.process().resume();
            Await.until(SOON, "it is there again", () -> status(third, LOG_IN, "X-Nothing", "") == 302);
            assertThat(third.process().output())
                    .filteredOn(line -> line.contains("identity provider does not answer"))
                    .hasSize(1);
        } finally {
            provider.process().resume();
        }
    }

    /** Ends on the first page of the control plane. */
    private void logIn(ControlPlane plane, String name) {
        logInThere(plane, name);
        Await.until(
                SOON,
                "led on to the first page",
                () -> {
                    if (page().contains("store-unavailable")) {
                        // On a busy machine; the provider knows the person by now and asks nothing more.
                        browser.open(plane.url() + LOG_IN);
                    }
                    return address().equals(plane.url() + "/");
                },
                this::page);
    }

    private void logInThere(ControlPlane plane, String name) {
        browser.open(plane.url() + LOG_IN);
        assertThat(address()).startsWith(provider.issuer());
        browser.ask("(() => { const form = document.querySelector('form'); form.login.value = '" + name
                + "'; form.password.value = 'any'; form.querySelector('button').click(); })()");
        Await.until(
                SOON,
                "asked for consent",
                () -> browser.ask("document.querySelectorAll('input[value=consent]').length")
                        .equals("1"),
                this::page);
        browser.ask("document.querySelector('form button').click()");
        Await.until(SOON, "back", () -> !address().startsWith(provider.issuer()), this::page);
    }

    private String me() {
        return fetch("/api/v1/me", "{}");
    }

    /** Status and body of a request that the page makes to where it comes from. */
    private String fetch(String path, String options) {
        return browser.ask("fetch('" + path + "', " + options
                + ").then(async answer => answer.status + ' ' + await answer.text())");
    }

    private String address() {
        return browser.ask("location.href");
    }

    private String page() {
        return browser.ask("document.documentElement.innerText");
    }

    private int status(ControlPlane plane, String path, String header, String value) {
        try {
            return get(plane, path, header, value).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpResponse<String> get(ControlPlane plane, String path, String header, String value)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(plane.url() + path))
                        .timeout(GIVEN_UP)
                        .header(header, value)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
