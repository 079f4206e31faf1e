package io.millrace.control.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes as an SRS sends and reads them, with PROXY_HTTP_API_AUTH_ENABLED on. */
@QuarkusTest
@TestProfile(RegistrationTokensIntakeTest.Required.class)
class RegistrationTokensIntakeTest {

    private static final String HEARTBEAT =
            "{\"ip\":\"10.3.0.1\",\"server\":\"with-token\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}";

    @Inject
    MeterRegistry metrics;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Bearer wrong\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Basic dG9rZW4tb2YtdGhlLW9yaWdpbnM=\r\n",
                "Authorization: token-of-the-origins\r\n",
                "Authorization: Bearer token-of-the-origins2\r\n"
            })
    void withoutTheTokenSrssAnswerComesBeforeTheBody(String header) throws IOException {
        double before = refused();
        try (Socket socket = connect()) {
            send(socket, head(header, 60_000));
            String answer = read(socket);
            assertThat(answer)
                    .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                    .containsIgnoringCase("\r\nWww-Authenticate: Bearer\r\n")
                    .containsIgnoringCase("\r\nContent-Type: text/plain; charset=utf-8\r\n")
                    .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
                    .endsWith("\r\n\r\nUnauthorized\n");
        }
        assertThat(refused()).isEqualTo(before + 1);
    }

    @Test
    void aRequestWithoutABodyIsRefusedInTheSameWay() throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("Connection: close\r\n", 0));
            assertThat(read(socket))
                    .startsWith("HTTP/1.1 401 ")
                    .containsIgnoringCase("\r\nWww-Authenticate: Bearer\r\n")
                    .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
                    .endsWith("\r\n\r\nUnauthorized\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
    void withTheTokenItRegisters(String scheme) throws IOException {
        try (Socket socket = connect()) {
            String header = "Connection: close\r\nAuthorization: " + scheme + " token-of-the-origins\r\n";
            send(socket, head(header, HEARTBEAT.length()) + HEARTBEAT);
            assertThat(read(socket))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("{\"code\":0,\"pid\":\"" + ProcessHandle.current().pid() + "\"}");
        }
    }

    @Test
    void versionsStayOpenForProbes() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "GET /api/v1/versions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(read(socket)).startsWith("HTTP/1.1 200 ").contains("\"signature\":\"millrace\"");
        }
    }

    private static String head(String headers, int length) {
        return "POST /api/v1/srs/register HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + length
                + "\r\n\r\n";
    }

    private double refused() {
        return metrics.counter("millrace.registrations.refused", "reason", "unauthorized")
                .count();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Until the other side closes. */
    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** As SRS's proxy is told. */
    public static final class Required implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "proxy.http.api.auth.enabled", "on",
                    "proxy.http.api.auth.type", "bearer",
                    "proxy.http.api.auth.token", "token-of-the-origins",
                    "millrace.data-dir", "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0");
        }
    }
}
