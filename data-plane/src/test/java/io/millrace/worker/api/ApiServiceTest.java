package io.millrace.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.http.TestExchange;
import io.millrace.worker.routing.client.ControlPlaneProxy;
import io.millrace.worker.settings.SettingsReader;
import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServiceTest {

    private static final String TOKEN = "Bearer mlr_0123456789ab_secret";

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Deque<ControlPlaneProxy.Request> asked = new ArrayDeque<>();
    private final ApiService service = service(Map.of("millrace.api.hosts", "Api.Example.com, other.example"));

    private ApiService service(Map<String, String> settings) {
        ControlPlaneProxy controlPlane = new ControlPlaneProxy() {
            @Override
            public CompletionStage<Response> forward(Request request) {
                synchronized (asked) {
                    asked.add(request);
                }
                return CompletableFuture.completedFuture(new Response(200, "application/json", "", "", "{\"code\":0}"));
            }
        };
        SettingsReader reader = new SettingsReader(name -> Optional.ofNullable(settings.get(name)));
        ApiSettings read = ApiSettings.read(reader);
        reader.check();
        return new ApiService(controlPlane, read, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private TestExchange ask(String method, String ip, String... headers) {
        return new TestExchange(loop, HttpMethod.valueOf(method), "/api/v1/clients/1?unknown=1", ip, headers)
                .through(service);
    }

    private ControlPlaneProxy.Request passedOn() {
        synchronized (asked) {
            assertThat(asked).hasSize(1);
            return asked.remove();
        }
    }

    private void nothingPassedOn() {
        synchronized (asked) {
            assertThat(asked).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.7.7", "fd00::7", "::ffff:10.1.2.3"})
    void clientsNearbyRead(String ip) {
        assertThat(ask("GET", ip, "host", "10.0.0.5:11985").code()).isEqualTo(200);
        ControlPlaneProxy.Request request = passedOn();
        assertThat(request.target()).isEqualTo("/srs/api/v1/clients/1?unknown=1");
        assertThat(request.headers()).containsEntry("X-Forwarded-For", ip).doesNotContainKey("Authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.1", "172.32.0.1", "2001:db8::1", "11.0.0.1"})
    void othersAreToldWhichSettingWouldLetThemRead(String ip) {
        TestExchange answer = ask("GET", ip, "host", "10.0.0.5:11985");
        assertThat(answer.code()).isEqualTo(401);
        assertThat(answer.text()).contains("MILLRACE_API_NETWORKS").contains("\"code\":401");
        assertThat(answer.headers().get("www-authenticate")).startsWith("Bearer");
        nothingPassedOn();
    }

    @ParameterizedTest
    @CsvSource({"'203.0.113.9'", "'10.0.0.1, 203.0.113.9'", "'203.0.113.9, 10.0.0.1'", "'unknown'", "''"})
    void aProxyNearbyDoesNotReadForOthers(String forwardedFor) {
        int expected = forwardedFor.isEmpty() ? 200 : 401;
        assertThat(ask("GET", "10.0.0.2", "host", "localhost", "x-forwarded-for", forwardedFor)
                        .code())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "POST", "PUT", "PATCH"})
    void whatIsNoReadingNeedsATokenAlsoOnThisMachine(String method) {
        TestExchange answer = ask(method, "127.0.0.1", "host", "127.0.0.1:11985");
        assertThat(answer.code()).isEqualTo(401);
        assertThat(answer.text()).contains("operator");
        nothingPassedOn();
        assertThat(ask(method, "127.0.0.1", "host", "127.0.0.1:11985", "authorization", "Basic YTpi")
                        .code())
                .isEqualTo(401);
        nothingPassedOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void aTokenIsPassedOnForTheControlPlaneToJudge(String method) {
        assertThat(ask(method, "203.0.113.1", "host", "any.example", "authorization", TOKEN)
                        .code())
                .isEqualTo(200);
        assertThat(passedOn().headers())
                .containsEntry("X-Millrace-Client-Authorization", TOKEN)
                .doesNotContainKey("Authorization");
    }

    @Test
    void anotherSchemeDoesNotKeepClientsNearbyFromReading() {
        assertThat(ask("GET", "10.0.0.2", "host", "localhost", "authorization", "Basic YTpi")
                        .code())
                .isEqualTo(200);
        assertThat(passedOn().headers()).doesNotContainKey("X-Millrace-Client-Authorization");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:11985",
                "[::1]:11985",
                "localhost",
                "edge-1:11985",
                "api.example.com:11985",
                "a.localhost"
            })
    void readingNeedsAHostThatNoStrangerCanNameThisMachine(String host) {
        assertThat(ask("GET", "127.0.0.1", "host", host).code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rebound.example:11985",
                "127.0.0.1.rebound.example",
                "x.api.example.com",
                "127.1.rebound.example"
            })
    void aPageWhoseNameWasMadeToLeadHereReadsNothing(String host) {
        TestExchange answer = ask("GET", "127.0.0.1", "host", host);
        assertThat(answer.code()).isEqualTo(401);
        assertThat(answer.text()).contains("MILLRACE_API_HOSTS");
        nothingPassedOn();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://evil.example", "null", "http://localhost:8080", "http://localhost.evil.example:11985"})
    void aPageFromElsewhereGetsNothing(String origin) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            assertThat(ask(method, "127.0.0.1", "host", "localhost:11985", "origin", origin)
                            .code())
                    .isEqualTo(403);
            assertThat(ask(method, "127.0.0.1", "host", "localhost:11985", "origin", origin, "authorization", TOKEN)
                            .code())
                    .isEqualTo(403);
        }
        nothingPassedOn();
    }

    @ParameterizedTest
    @CsvSource({"cross-site,403", "same-site,403", "same-origin,200", "none,200"})
    void aChangeThatABrowserCallsCrossSiteIsRefused(String site, int status) {
        assertThat(ask("DELETE", "127.0.0.1", "host", "localhost", "sec-fetch-site", site, "authorization", TOKEN)
                        .code())
                .isEqualTo(status);
    }

    @Test
    void aPageOfThisServerMayRead() {
        assertThat(ask("GET", "127.0.0.1", "host", "localhost:11985", "origin", "http://localhost:11985")
                        .code())
                .isEqualTo(200);
        assertThat(service.isForPages()).isFalse();
    }

    @Test
    void withoutNetworksEveryoneNeedsAToken() {
        ApiService closed = service(Map.of("millrace.api.networks", "none"));
        TestExchange answer = new TestExchange(
                        loop, HttpMethod.GET, "/api/v1/clients", "127.0.0.1", "host", "localhost")
                .through(closed);
        assertThat(answer.code()).isEqualTo(401);
    }
}
