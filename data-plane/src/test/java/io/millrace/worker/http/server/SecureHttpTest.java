package io.millrace.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.net.tls.TestCertificate;
import io.millrace.worker.net.tls.TlsClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SecureHttpTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static TestCertificate certificate;

    @TempDir
    private Path folder;

    private SecureServer server;

    @BeforeAll
    static void makeCertificate() {
        certificate = TestCertificate.of("localhost");
    }

    @BeforeEach
    void start() throws Exception {
        server = new SecureServer(folder, certificate, Duration.ofSeconds(60), false);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(TlsClient.trusting())
                .version(version)
                .connectTimeout(SOON)
                .build();
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.boundPort() + path))
                .timeout(SOON)
                .build();
    }

    @Test
    void servesHundredRequestsAtOnceOverOneConnection() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            client.send(get("/first"), BodyHandlers.ofString());
            for (int i = 0; i < 100; i++) {
                answers.add(client.sendAsync(get("/any?number=" + i), BodyHandlers.ofString()));
            }
            for (int i = 0; i < 100; i++) {
                HttpResponse<String> answer = answers.get(i).get();
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.body()).isEqualTo("/any?number=" + i);
                assertThat(answer.headers().firstValue("access-control-allow-origin"))
                        .hasValue("*");
            }
        }
        assertThat(server.requests).hasSize(101).allSatisfy(request -> {
            assertThat(request.client().secure()).isTrue();
            assertThat(request.host()).isEqualTo("localhost:" + server.boundPort());
        });
        assertThat(server.requests.stream()
                        .map(request -> request.client().shown())
                        .distinct())
                .as("one connection")
                .hasSize(1);
    }

    @Test
    void servesHttp1ToThoseWhoLikeThat() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            HttpResponse<String> answer = client.send(get("/any"), BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("/any");
            assertThat(client.send(get("/big"), BodyHandlers.ofByteArray()).body())
                    .hasSize(SecureServer.BIG);
        }
        assertThat(server.requests)
                .allSatisfy(request -> assertThat(request.client().secure()).isTrue());
    }

    @Test
    void carriesBodiesBothWaysOverHttp2() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            assertThat(client.send(get("/big"), BodyHandlers.ofByteArray()).body())
                    .hasSize(SecureServer.BIG);
            String said = "0123456789".repeat(20_000);
            HttpRequest post = HttpRequest.newBuilder(get("/echo"), (name, value) -> true)
                    .POST(HttpRequest.BodyPublishers.ofString(said))
                    .build();
            assertThat(client.send(post, BodyHandlers.ofString()).body()).isEqualTo(said);
        }
    }

    @Test
    void answersHeadWithoutBodyOverHttp2() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            HttpRequest head = HttpRequest.newBuilder(get("/big"), (name, value) -> true)
                    .HEAD()
                    .build();
            HttpResponse<String> answer = client.send(head, BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("content-length")).hasValue(Integer.toString(SecureServer.BIG));
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void knowsTheClientBehindABalancer() throws Exception {
        try (SecureServer behind = new SecureServer(folder, certificate, SOON, true);
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), behind.boundPort())) {
            plain.setSoTimeout((int) SOON.toMillis());
            plain.getOutputStream()
                    .write("PROXY TCP4 203.0.113.7 192.0.2.1 50112 443\r\n".getBytes(StandardCharsets.US_ASCII));
            SSLSocket socket = (SSLSocket)
                    TlsClient.trusting().getSocketFactory().createSocket(plain, "localhost", behind.boundPort(), true);
            socket.getOutputStream()
                    .write("GET /any HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200");
            assertThat(behind.requests).singleElement().satisfies(request -> {
                assertThat(request.client().ip()).isEqualTo("203.0.113.7");
                assertThat(request.client().secure()).isTrue();
            });
        }
    }

    @Test
    void stopsProducingForAClientThatDoesNotRead() throws Exception {
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (RawHttp2 client = new RawHttp2(server.boundPort(), noWindow)) {
            client.get(1, "/endless");
            client.await(RawHttp2.HEADERS);
            long held = server.produced.get();
            assertThat(held).isBetween(64L * 1024, 256L * 1024);
            await().atMost(SOON).until(() -> server.budget().pending() >= held);
            assertThat(server.budget().pending()).isLessThan(held + 32 * 1024);

            client.send(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[] {0, 16, 0, 0});
            client.send(RawHttp2.WINDOW_UPDATE, 0, 1, new byte[] {0, 2, 0, 0});
            client.await(RawHttp2.DATA);
            await().atMost(SOON).until(() -> server.produced.get() > held);

            client.cancel(1);
            await().atMost(SOON).until(() -> server.gone.get() == 1);
            await().atMost(SOON).until(() -> server.budget().pending() == 0);
        }
    }

    @Test
    void resetsTheStreamsThatTookNothingForLongestWhenTooMuchWaits() throws Exception {
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (RawHttp2 client = new RawHttp2(server.boundPort(), noWindow)) {
            for (int i = 0; i < 100; i++) {
                client.get(2 * i + 1, "/endless");
            }
            assertThat(client.await(RawHttp2.RST_STREAM).stream()).isLessThan(41);
            assertThat(server.budget().shed()).isBetween(1L, 60L);
            await().atMost(SOON).until(() -> server.budget().pending() < 1 << 20);

            client.send(RawHttp2.PING, 0, 0, new byte[8]);
            assertThat(client.await(RawHttp2.PING)).as("the connection goes on").isNotNull();
        }
    }

    @Test
    void cutsTheStreamOfAnAnswerThatCannotBeCompleted() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            client.get(1, "/slow");
            client.await(RawHttp2.DATA);
            server.waiting.remove().abort();

            RawHttp2.Frame cut = client.await(frame -> frame.type() == RawHttp2.RST_STREAM || frame.endsStream());
            assertThat(cut.type()).isEqualTo(RawHttp2.RST_STREAM);
            client.get(3, "/any");
            assertThat(client.await(RawHttp2.HEADERS).stream()).isEqualTo(3);
        }
    }

    @Test
    void refusesStreamsBeyondTheLimit() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            for (int i = 0; i <= 128; i++) {
                client.get(2 * i + 1, "/slow");
            }
            RawHttp2.Frame refused = client.await(RawHttp2.RST_STREAM);
            assertThat(refused.stream()).isEqualTo(2 * 128 + 1);
            assertThat(refused.error()).isEqualTo(RawHttp2.REFUSED_STREAM);
            assertThat(server.requests).hasSize(128);
        }
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            head.writeBytes(RawHttp2.head("/any"));
            for (int i = 0; i < 160; i++) {
                head.writeBytes(new byte[] {0, 2, 'x', (byte) ('a' + i % 26), 100});
                head.writeBytes("v".repeat(100).getBytes(StandardCharsets.US_ASCII));
            }
            byte[] all = head.toByteArray();
            // In two frames, since one holds 16 KiB.
            client.send(RawHttp2.HEADERS, 1, 1, Arrays.copyOf(all, 16_000));
            client.send(9, 4, 1, Arrays.copyOfRange(all, 16_000, all.length));
            RawHttp2.Frame answer =
                    client.await(frame -> frame.type() == RawHttp2.HEADERS || frame.type() == RawHttp2.RST_STREAM);
            assertThat(answer.stream()).isEqualTo(1);
            assertThat(server.requests).isEmpty();
        }
    }

    /** A literal header with a name and a value of their own (RFC 7541, section 6.2). */
    private static byte[] literal(int kind, String name, String value) {
        return ByteBuffer.allocate(2 + name.length() + 1 + value.length())
                .put((byte) kind)
                .put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put((byte) value.length())
                .put(value.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static RawHttp2.Frame answerTo(RawHttp2 client, byte[] head) throws IOException {
        client.send(RawHttp2.HEADERS, 5, 1, head);
        return client.await(frame -> frame.type() == RawHttp2.HEADERS
                || frame.type() == RawHttp2.RST_STREAM
                || frame.type() == RawHttp2.GOAWAY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-evil: 1", "a\nb", "a\rb", "a\0b"})
    void refusesHeadersThatWouldBeTwoInHttp1(String value) throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            head.writeBytes(RawHttp2.head("/any"));
            head.writeBytes(literal(0, "x-a", value));
            answerTo(client, head.toByteArray());
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void refusesAFewBytesThatStandForMegabytesOfHeaders() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            head.writeBytes(RawHttp2.head("/any"));
            // Goes into the dynamic table, where one byte names it again and again.
            head.writeBytes(literal(0x40, "x-a", "v".repeat(120)));
            byte[] again = new byte[15_000];
            Arrays.fill(again, (byte) 0xbe);
            head.writeBytes(again);
            answerTo(client, head.toByteArray());
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void sendsAwayWhoContinuesAHeadWithoutEnd() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream storm = new ByteArrayOutputStream();
            storm.writeBytes(RawHttp2.frame(RawHttp2.HEADERS, 1, 1, RawHttp2.head("/any")));
            for (int i = 0; i < 100; i++) {
                storm.writeBytes(RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0]));
            }
            assertSentAway(client, storm.toByteArray());
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void sendsAwayWhoContinuesAHeadBeyondItsLimit() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            client.send(RawHttp2.HEADERS, 1, 1, RawHttp2.head("/any"));
            assertThatThrownBy(() -> {
                        // Each frame is a whole number of headers; 1,000 of them would be 16 MB.
                        ByteArrayOutputStream headers = new ByteArrayOutputStream();
                        for (int i = 0; i < 150; i++) {
                            headers.writeBytes(literal(0, "x-a", "v".repeat(100)));
                        }
                        for (int i = 0; i < 1_000; i++) {
                            client.send(RawHttp2.CONTINUATION, 0, 1, headers.toByteArray());
                        }
                        client.await(frame -> false);
                    })
                    .isInstanceOf(IOException.class);
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void sendsAwayWhoSendsNothingAgainAndAgain() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream storm = new ByteArrayOutputStream();
            storm.writeBytes(RawHttp2.frame(RawHttp2.HEADERS, 4, 1, RawHttp2.head("/echo")));
            for (int i = 0; i < 100; i++) {
                storm.writeBytes(RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[0]));
            }
            assertSentAway(client, storm.toByteArray());
        }
    }

    @Test
    void prioritiesOfStreamsThatDoNotExistCostNothing() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream storm = new ByteArrayOutputStream();
            for (int i = 0; i < 20_000; i++) {
                storm.writeBytes(RawHttp2.frame(RawHttp2.PRIORITY, 0, 2 * i + 3, new byte[] {0, 0, 0, 1, 15}));
            }
            client.raw(storm.toByteArray());
            client.get(50_001, "/any");
            assertThat(client.await(RawHttp2.HEADERS).stream()).isEqualTo(50_001);
        }
    }

    @Test
    void sendsAwayWhoResetsStreamAfterStream() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream storm = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                storm.writeBytes(RawHttp2.frame(RawHttp2.HEADERS, 5, 2 * i + 1, RawHttp2.head("/slow")));
                storm.writeBytes(RawHttp2.frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}));
            }
            assertSentAway(client, storm.toByteArray());
            assertThat(server.requests).hasSizeLessThan(300);
        }
        await().atMost(SOON).until(() -> server.gone.get() == server.requests.size());
    }

    @Test
    void sendsAwayWhoPingsWithoutEnd() throws Exception {
        assertSentAway(RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8]));
    }

    @Test
    void sendsAwayWhoChangesItsSettingsWithoutEnd() throws Exception {
        assertSentAway(RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 100, 0}));
    }

    private void assertSentAway(byte[] frame) throws IOException {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            ByteArrayOutputStream storm = new ByteArrayOutputStream();
            for (int i = 0; i < 300; i++) {
                storm.writeBytes(frame);
            }
            assertSentAway(client, storm.toByteArray());
        }
    }

    private static void assertSentAway(RawHttp2 client, byte[] storm) throws IOException {
        client.raw(storm);
        assertThat(client.await(RawHttp2.GOAWAY).goAwayError()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        assertThatThrownBy(() -> client.await(frame -> false)).isInstanceOf(IOException.class);
    }

    @Test
    void letsOpenStreamsEndWhenTheWorkerLeaves() throws Exception {
        try (RawHttp2 client = new RawHttp2(server.boundPort(), new byte[0])) {
            client.get(1, "/slow");
            client.await(RawHttp2.DATA);

            server.connections.leave();

            assertThat(client.await(RawHttp2.GOAWAY).goAwayError()).isEqualTo(RawHttp2.NO_ERROR);
            server.waiting.remove().end();
            assertThat(client.await(frame -> frame.stream() == 1 && frame.endsStream()))
                    .isNotNull();
            assertThatThrownBy(() -> client.await(frame -> false)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void closesConnectionsThatAskForNothing() throws Exception {
        try (SecureServer impatient = new SecureServer(folder, certificate, Duration.ofMillis(500), false);
                RawHttp2 client = new RawHttp2(impatient.boundPort(), new byte[0])) {
            client.get(1, "/any");
            client.await(frame -> frame.stream() == 1 && frame.endsStream());
            assertThat(client.await(RawHttp2.GOAWAY).goAwayError()).isEqualTo(RawHttp2.NO_ERROR);
            assertThatThrownBy(() -> client.await(frame -> false)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void closesOnWhoForgetsTheS() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.boundPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        assertThat(server.requests).isEmpty();
    }
}
