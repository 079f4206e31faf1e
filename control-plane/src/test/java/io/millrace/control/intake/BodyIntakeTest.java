package io.millrace.control.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets: what counts is what is on the wire, and when. */
@QuarkusTest
@TestProfile(QuickWindow.class)
class BodyIntakeTest {

    private static final String TOKEN = "Authorization: Bearer " + QuickWindow.TOKEN + "\r\n";
    private static final String HEARTBEAT =
            "{\"ip\":\"10.3.0.1\",\"server\":\"beat\",\"service\":\"s\",\"pid\":\"1\",\"rtmp\":[\"1935\"]}";

    @Inject
    MeterRegistry metrics;

    @Test
    void aBodyThatIsAnnouncedAsTooLongIsRefusedBeforeAByteOfItIsSent() throws IOException {
        double before = refused("body-too-large");
        try (Socket socket = connect()) {
            send(socket, head("POST", "/api/v1/origins", "Content-Length: 9900000\r\n"));
            String answer = readAnswer(socket);
            assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json");
            assertThat(answer).contains("\"code\":\"body-too-large\"").contains("65536 bytes");
        }
        assertThat(refused("body-too-large")).isEqualTo(before + 1);
    }

    @Test
    void aBodyWithoutALengthIsCutAtTheLimit() throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("POST", "/api/v1/origins", "Transfer-Encoding: chunked\r\n"));
            String chunk = "10000\r\n" + "[{},".repeat(0x4000) + "\r\n";
            send(socket, chunk);
            send(socket, chunk);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 413");
        }
        assertNothingIsHeld();
    }

    @Test
    void aBodyThatIsSmallAndOfManyElementsIsRefused() throws IOException {
        String body = "[" + "{},".repeat(20_000) + "{}]";
        try (Socket socket = connect()) {
            send(socket, head("POST", "/api/v1/origins", "Content-Length: " + body.length() + "\r\n") + body);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 400").contains("Token count");
        }
        String deep = "{\"labels\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        try (Socket socket = connect()) {
            send(socket, head("POST", "/api/v1/origins", "Content-Length: " + deep.length() + "\r\n") + deep);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 400").contains("nesting depth");
        }
    }

    @Test
    void whoHasNoTokenIsRefusedBeforeTheLongBodyOfAWorker() throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("PUT", "/internal/v1/workers/w", "Content-Length: 9900000\r\n"));
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 401").contains("WWW-Authenticate");
        }
        try (Socket socket = connect()) {
            send(socket, head("PUT", "/internal/v1/workers/w", TOKEN + "Content-Length: 17000000\r\n"));
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/srs/register", "/api/v1/hooks/srs?token=hooks-of-the-tests"})
    void originsAreRefusedInTheirOwnWords(String path) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("POST", path, "Content-Length: 70000\r\n"));
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 413").contains("\"code\":413");
        }
    }

    @Test
    void aLongReportOfAWorkerIsReadAsAWhole() throws IOException {
        // A long text would be refused, many short ones are what a worker sends.
        String padding = ("\"" + "x".repeat(997) + "\",").repeat(3_000) + "\"\"";
        String body = "{\"worker\":\"long\",\"instance\":\"i1\",\"version\":\"1\",\"zone\":\"\","
                + "\"startedAt\":\"2026-01-01T00:00:00Z\",\"listeners\":{},\"management\":\"127.0.0.1:1\","
                + "\"padding\":[" + padding + "]}";
        try (Socket socket = connect()) {
            send(
                    socket,
                    head("PUT", "/internal/v1/workers/long", TOKEN + "Content-Length: " + body.length() + "\r\n")
                            + body);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200").contains("controlPlane");
        }
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/internal/v1/workers/dense",
        "POST,/internal/v1/workers/dense/reports",
        "POST,/internal/v1/resolve",
        "POST,/internal/v1/workers/dense/table-acks",
        "PUT,/internal/v1/media-routes/dense",
        "POST,/internal/v1/peers/sessions",
        "POST,/internal/v1/peers/sessions/part"
    })
    void bodiesThatAreReadIntoATypeHaveLimitsToo(String method, String path) throws IOException {
        String deep = "{\"unknown\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}";
        try (Socket socket = connect()) {
            send(socket, head(method, path, TOKEN + "Content-Length: " + deep.length() + "\r\n") + deep);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 400").contains("nesting depth");
        }
    }

    @ParameterizedTest
    @CsvSource({"PUT,/internal/v1/workers/dense", "POST,/internal/v1/workers/dense/reports"})
    void reportsOfWorkersHaveABoundOfElements(String method, String path) throws IOException {
        String dense = "{\"unknown\":[" + "{},".repeat(600_000) + "{}]}";
        try (Socket socket = connect()) {
            send(socket, head(method, path, TOKEN + "Content-Length: " + dense.length() + "\r\n") + dense);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 400").contains("Token count");
        }
        assertNothingIsHeld();
    }

    @Test
    void whoWaitsForPermissionToSendGetsIt() throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    head(
                            "POST",
                            "/api/v1/srs/register",
                            "Expect: 100-continue\r\nContent-Length: " + HEARTBEAT.length() + "\r\n"));
            byte[] permission = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(permission, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100");
            send(socket, HEARTBEAT);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200").contains("\"code\":0");
        }
    }

    @Test
    void oneAddressCannotHoldMoreThanItsPartAndHeartbeatsGetThrough() throws IOException {
        List<Socket> holding = new ArrayList<>();
        int part = 60_000;
        long perAddress =
                Math.max(2L * BodyLimit.CONFIG.bytes(), Runtime.getRuntime().maxMemory() / 32) / 2;
        long needed = perAddress / (part - OpenBodies.FREE) + 20;
        try {
            for (int i = 0; i < needed; i++) {
                Socket socket = connect();
                holding.add(socket);
                send(socket, head("POST", "/api/v1/origins", "Content-Length: 65000\r\n") + " ".repeat(part));
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(refused("too-many-bodies-of-address")).isPositive());
            assertThat(held()).isPositive().isLessThanOrEqualTo((double) perAddress);
            try (Socket socket = connect()) {
                send(
                        socket,
                        head("POST", "/api/v1/srs/register", "Content-Length: " + HEARTBEAT.length() + "\r\n")
                                + HEARTBEAT);
                assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
            }
        } finally {
            for (Socket socket : holding) {
                socket.close();
            }
        }
        assertNothingIsHeld();
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedForAndTakesNoThread() throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("POST", "/api/v1/srs/register", "Content-Length: 5000\r\n") + "{");
            socket.setSoTimeout(15_000);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 408");
            assertThat(socket.getInputStream().read())
                    .as("the connection is closed")
                    .isNegative();
        }
    }

    @Test
    void aHeadThatDoesNotEndIsNotWaitedFor() throws IOException {
        // The guard is there from the first request on.
        RestAssured.get("/api/v1/origins").then().statusCode(200);
        try (Socket socket = connect()) {
            socket.setSoTimeout(25_000);
            send(socket, "GET /api/v1/origins HTTP/1.1\r\nHost: here\r\nX-Slow: ");
            assertThat(socket.getInputStream().read())
                    .as("the connection is closed")
                    .isNegative();
        }
        assertThat(metrics.counter("millrace.connections.refused", "reason", "slow-head")
                        .count())
                .isPositive();
    }

    private void assertNothingIsHeld() {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(held()).isZero());
    }

    private double held() {
        return metrics.get("millrace.bodies.held").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private double refused(String reason) {
        return metrics.counter("millrace.requests.refused", "reason", reason).count();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String head(String method, String path, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                + "\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Head and body of one answer with a length. */
    private static String readAnswer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return head.toString(StandardCharsets.US_ASCII);
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.US_ASCII);
        int length = text.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
        return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
