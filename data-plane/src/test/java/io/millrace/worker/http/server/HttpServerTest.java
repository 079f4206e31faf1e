package io.millrace.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.listen.HttpConnections;
import io.millrace.worker.http.listen.HttpEntrance;
import io.millrace.worker.http.listen.HttpListener;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Loops;
import io.millrace.worker.net.memory.UnreadingClient;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server on a real socket, with a service that says what it got. */
class HttpServerTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MAX_BODY = 10_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CountDownLatch clientGone = new CountDownLatch(1);
    private EventLoops loops;
    private HttpListener listener;

    @BeforeEach
    void listen() throws IOException {
        listen(false);
    }

    private void listen(boolean proxyProtocol) throws IOException {
        HttpSettings settings = new HttpSettings(
                ListenerAddress.parse("0", "127.0.0.1"),
                ListenerAddress.parse("0", "127.0.0.1"),
                SHORT,
                SHORT,
                SHORT,
                LONG,
                MAX_BODY,
                100,
                proxyProtocol,
                LONG,
                LONG,
                LONG);
        loops = new EventLoops(1);
        var sessions = Fixtures.sessionTable(Clock.systemUTC(), 10);
        HttpConnections connections = HttpConnections.of(
                HttpPort.MEDIA,
                settings,
                List.of(new ForItsOwnPages(), new Echo()),
                loops,
                sessions,
                new AnswerMetrics(registry),
                Clock.systemUTC());
        listener = HttpListener.open(
                loops,
                settings.listen(),
                HttpEntrance.of(settings, loops, sessions),
                pipeline -> connections.http1(pipeline, false));
    }

    @AfterEach
    void close() {
        listener.close();
        Loops.close(loops);
    }

    @Test
    void readsNoMoreRequestsThanAnswersAreTaken() throws IOException {
        // Each answer says all of it.
        String rest = "/" + "x".repeat(1_500);
        try (UnreadingClient client = new UnreadingClient(listener.boundTo().getPort())) {
            UnreadingClient.Flood flood = client.flood(
                    number -> ("GET /" + number + rest + " HTTP/1.1\r\nHost: a\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII),
                    loops.budget());

            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(client.answers(), StandardCharsets.US_ASCII));
            client.complete(flood);
            for (int next = 0; next < flood.requests(); next++) {
                String line = answers.readLine();
                while (line != null && !line.isEmpty()) {
                    line = answers.readLine();
                }
                assertThat(line).as("the connection ended after answer " + next).isNotNull();
                for (char expected : ("GET /" + next + rest + " of a").toCharArray()) {
                    assertThat((char) answers.read()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aServiceThatIsNotForOtherPagesIsReadByNone() throws IOException {
        assertThat(exchange(last("GET /own", "Origin: http://x")))
                .startsWith("HTTP/1.1 200 ")
                .contains(
                        "server: Millrace\r\n",
                        "x-content-type-options: nosniff\r\n",
                        "x-frame-options: DENY\r\n",
                        "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n")
                .doesNotContain("access-control");
        assertThat(exchange(last(
                        "OPTIONS /own",
                        "Origin: http://x",
                        "Access-Control-Request-Method: DELETE",
                        "Access-Control-Request-Headers: authorization")))
                .startsWith("HTTP/1.1 204 ")
                .doesNotContain("access-control");
    }

    private static final class ForItsOwnPages implements HttpService {

        @Override
        public int order() {
            return 1;
        }

        @Override
        public boolean isForPages() {
            return false;
        }

        @Override
        public boolean claims(Request request) {
            return request.path().equals("/own");
        }

        @Override
        public void serve(Exchange exchange) {
            exchange.answer(HttpResponseStatus.OK, new DefaultHttpHeaders(), Unpooled.EMPTY_BUFFER);
        }
    }

    /** Says what it got; some paths make it behave otherwise. */
    private final class Echo implements HttpService {

        @Override
        public String word() {
            return "echo";
        }

        @Override
        public boolean claims(Request request) {
            return !request.path().equals("/nobody");
        }

        @Override
        public void serve(Exchange exchange) {
            Request request = exchange.request();
            String said = request.method() + " " + request.target() + " of " + request.host();
            switch (request.path()) {
                case "/broken" -> throw new IllegalStateException("on purpose");
                case "/wait" -> exchange.onClientGone(clientGone::countDown);
                case "/stream" -> {
                    Exchange.Body body = exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
                    body.write(text("one "));
                    body.write(text("two"));
                    body.end();
                }
                case "/later" ->
                    exchange.channel().eventLoop().schedule(() -> answer(exchange, said), 100, TimeUnit.MILLISECONDS);
                case "/body" -> {
                    ByteBuf all = Unpooled.buffer();
                    exchange.onBody(
                            piece -> {
                                all.writeBytes(piece);
                                piece.release();
                            },
                            () -> answer(exchange, all.toString(StandardCharsets.UTF_8)));
                }
                case "/ends" -> {
                    AtomicInteger ends = new AtomicInteger();
                    exchange.onBody(ByteBuf::release, ends::incrementAndGet);
                    exchange.channel()
                            .eventLoop()
                            .schedule(() -> answer(exchange, "ended " + ends), 100, TimeUnit.MILLISECONDS);
                }
                case "/who" -> answer(exchange, request.client().shown());
                default -> answer(exchange, said);
            }
        }

        private void answer(Exchange exchange, String message) {
            exchange.answer(
                    HttpResponseStatus.OK,
                    new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "text/plain"),
                    text(message));
        }

        private ByteBuf text(String message) {
            return Unpooled.copiedBuffer(message, StandardCharsets.UTF_8);
        }
    }

    /** Sends it all and reads until the server closes; the client keeps its side open. */
    private String exchange(String sent) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String request(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: Example.com\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    private static String last(String line, String... headers) {
        return request(line, headers).replace("\r\nHost", "\r\nConnection: close\r\nHost");
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        String answers =
                exchange(request("GET /later?1") + request("GET /b") + request("POST /body", "Content-Length: 3")
                        + "abc" + "\r\n" + request("GET /nobody") + last("GET /later?2"));

        assertThat(answers).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(answers.replaceAll("(?s)HTTP/1.1 (\\d+).*?\r\n\r\n", "|$1 "))
                .isEqualTo("|200 GET /later?1 of example.com|200 GET /b of example.com|200 abc"
                        + "|404 Not found.\n|200 GET /later?2 of example.com");
    }

    @Test
    void letsEveryPageReadEveryAnswer() throws IOException {
        assertThat(exchange(last("GET /a")))
                .contains(
                        "access-control-allow-origin: *\r\n", "access-control-expose-headers: ", "server: Millrace\r\n")
                .contains("date: ");
        assertThat(exchange(last(
                        "OPTIONS /a",
                        "Origin: http://x",
                        "Access-Control-Request-Method: GET",
                        "Access-Control-Request-Headers: x-own")))
                .startsWith("HTTP/1.1 204 No Content\r\n")
                .contains("access-control-allow-headers: x-own\r\n", "access-control-max-age: 86400\r\n");
        assertThat(exchange(last("OPTIONS *"))).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void framesEndlessAnswersAsTheClientKnowsIt() throws IOException {
        assertThat(exchange(last("GET /stream")))
                .contains("transfer-encoding: chunked\r\n")
                .endsWith("\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
        assertThat(exchange("GET /stream HTTP/1.0\r\n\r\n"))
                .contains("connection: close\r\n")
                .doesNotContain("chunked")
                .endsWith("\r\n\r\none two");
        assertThat(exchange(last("HEAD /stream"))).endsWith("\r\n\r\n");
        assertThat(exchange(last("HEAD /a"))).contains("content-length: 22").endsWith("\r\n\r\n");
    }

    @Test
    void keepsConnectionsOfOldClientsThatAskForIt() throws IOException {
        String answers = exchange("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n");

        assertThat(answers).contains("connection: keep-alive\r\n", "GET /a of ", "GET /b of ");
    }

    @Test
    void takesBodiesOfEitherFraming() throws IOException {
        assertThat(exchange(
                        request("POST /body", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n" + last("GET /b")))
                .contains("\r\n\r\nabcHTTP/1.1 200 OK", "GET /b of example.com");
        assertThat(exchange(last("POST /body", "Content-Length: 3", "Expect: 100-continue") + "abc"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("abc");
    }

    @Test
    void tellsTheEndOfABodyOnce() throws IOException {
        assertThat(exchange(last("GET /ends"))).endsWith("ended 1");
        assertThat(exchange(last("POST /ends", "Content-Length: 3") + "abc")).endsWith("ended 1");
    }

    @Test
    void dropsBodiesThatNobodyWants() throws IOException {
        assertThat(exchange(request("POST /a", "Content-Length: 5") + "GET /" + last("GET /b")))
                .contains("POST /a of example.com", "GET /b of example.com")
                .doesNotContain("400");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GET /a/../b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET /%2e%2e/b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET //b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET ftp://a/b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET http:///b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET http://u@a/b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a/b\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a b\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost:\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a:b\\r\\n\\r\\n",
                "405 | CONNECT a:80 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "405 | TRACE / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "501 | BREW / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "413 | POST /body HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 10001\\r\\n\\r\\n",
                "417 | POST /body HTTP/1.1\\r\\nHost: a\\r\\nExpect: tea\\r\\nContent-Length: 1\\r\\n\\r\\n",
                "400 | POST /body HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n",
                "400 | POST /body HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "408 | GET / HTTP/1.1\\r\\nHost:",
                "408 | POST /body HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\n\\r\\nab",
            })
    void refusesAndClosesWithoutReadingOn(int status, String sent) throws IOException {
        String answer = exchange(HeadCheckTest.unescaped(sent) + (status == 408 ? "" : request("GET /smuggled")));

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("connection: close\r\n");
        assertThat(answer).doesNotContain("smuggled");
        assertThat(answer.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
    }

    @Test
    void refusesChunkedBodiesBeyondTheLimit() throws IOException {
        String answer = exchange(request("POST /body", "Transfer-Encoding: chunked") + "2711\r\n" + "x".repeat(10_001)
                + "\r\n0\r\n\r\n" + request("GET /smuggled"));

        assertThat(answer).startsWith("HTTP/1.1 413 ").doesNotContain("smuggled");
    }

    @Test
    void readsTheAbsoluteFormAsPathAndHost() throws IOException {
        assertThat(exchange(last("GET http://Other:81/a?b"))).endsWith("GET /a?b of other:81");
        assertThat(exchange(last("GET http://other?b"))).endsWith("GET /?b of other");
    }

    @Test
    void closesConnectionsThatSayNothingOrNoMore() throws IOException {
        assertThat(exchange("")).isEmpty();
        assertThat(exchange(request("GET /a"))).endsWith("GET /a of example.com");
    }

    @Test
    void tellsServicesThatTheirClientIsGone() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort())) {
            socket.getOutputStream().write(request("GET /wait").getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(clientGone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoGoesOnSendingAfterARefusalIsCutOffSoon() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.boundTo().getPort())) {
            byte[] garbage = new byte[1_000];
            socket.getOutputStream().write("no request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try {
                    socket.getOutputStream().write(garbage);
                    return false;
                } catch (SocketException cutOff) {
                    return true;
                }
            });
        }
    }

    @Test
    void survivesADefectOfAService() throws IOException {
        assertThat(exchange(request("GET /broken") + last("GET /a")))
                .startsWith("HTTP/1.1 500 ")
                .contains("GET /a of");
        assertThat(registry.get("millrace.http.answers")
                        .tags("service", "echo", "status", "5xx")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void believesTheBalancer() throws IOException {
        close();
        listen(true);
        assertThat(exchange("PROXY TCP4 192.0.2.7 192.0.2.1 4711 80\r\n" + last("GET /who")))
                .endsWith("192.0.2.7:4711");
        try {
            assertThat(exchange(last("GET /who"))).isEmpty();
        } catch (SocketException reset) {
            // As good: the connection was cut.
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void servesAnOrdinaryClient() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI url = URI.create("http://127.0.0.1:" + listener.boundTo().getPort() + "/body");
            for (int i = 0; i < 10; i++) {
                HttpResponse<InputStream> answer = client.send(
                        HttpRequest.newBuilder(url)
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(5_000)))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body().readAllBytes()).hasSize(5_000);
            }
        }
    }
}
