package io.millrace.control.intake.https;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.api.QuickWindow;
import io.millrace.control.security.Roles;
import io.millrace.control.security.user.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.http.HttpServer;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** HTTPS beside the plain port. */
@QuarkusTest
@TestProfile(HttpsTest.Secured.class)
class HttpsTest {

    private static final int OF_ONE = 320;
    private static final int SILENT = 300;
    private static final int PROTOCOL_VERSION = 70;
    private static final Duration SOON = Duration.ofSeconds(10);
    /** A head may take ten seconds, and is looked at every ten. */
    private static final Duration CLOSED = Duration.ofSeconds(30);

    private static final String REQUEST = "GET /api/v1/versions HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String PASSWORD = "correct horse battery";

    public static final class Secured extends QuickWindow {

        private static final Path FOLDER = folder();

        private static Path folder() {
            try {
                return Files.createTempDirectory("https");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            var files = TestCertificate.of("first.example.org").write(FOLDER);
            Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
            settings.put("millrace.login", "local");
            settings.put("millrace.system-api-https", "127.0.0.1:0");
            settings.put("millrace.tls.certificate", files.certificate().toString());
            settings.put("millrace.tls.key", files.key().toString());
            settings.put("millrace.tls.reload-interval", "100ms");
            settings.put("millrace.connections.max-per-address", Integer.toString(OF_ONE));
            settings.put("quarkus.http.test-ssl-port", "0");
            return settings;
        }
    }

    @Inject
    HttpServer server;

    @Inject
    Users users;

    @Inject
    MeterRegistry metrics;

    private RequestSpecification secure() {
        return given().baseUri("https://localhost").port(server.getSecurePort()).relaxedHTTPSValidation();
    }

    private Socket plain() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getSecurePort());
        socket.setSoTimeout((int) CLOSED.toMillis());
        return socket;
    }

    /** Trusts everybody: what it is shown is what the test looks at. */
    private SSLSocket secured(String... protocols) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, null);
            SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain(), "localhost", server.getSecurePort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isServed(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        return socket.getInputStream().read() == 'H';
    }

    private String shown() {
        try (SSLSocket socket = secured()) {
            X509Certificate first = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return first.getSubjectX500Principal().getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theApiAnswersOverTlsAndOverPlainHttp() {
        secure().get("/api/v1/versions").then().statusCode(200);
        given().get("/api/v1/versions").then().statusCode(200);
    }

    @Test
    void http2IsNotSpokenToThoseWhoOfferIt() throws IOException {
        try (SSLSocket socket = secured("h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
            assertThat(isServed(socket)).isTrue();
        }
    }

    @Test
    void aPasswordFromAnotherMachineIsTakenAndTheCookieStaysWithTls() {
        users.add("ada", Roles.OPERATOR, PASSWORD);
        logIn(given()).then().statusCode(403).body("code", equalTo("plain-http"));
        Response answer = logIn(secure());
        answer.then().statusCode(200);
        assertThat(answer.headers().getValues("Set-Cookie"))
                .isNotEmpty()
                .allSatisfy(cookie -> assertThat(cookie).containsIgnoringCase("; Secure"));
        secure().cookie("millrace_login", answer.cookie("millrace_login"))
                .get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("name", equalTo("ada"));
    }

    private static Response logIn(RequestSpecification over) {
        return over.header("X-Forwarded-For", "203.0.113.7")
                .contentType(ContentType.JSON)
                .body(Map.of("name", "ada", "password", PASSWORD))
                .post("/api/v1/login");
    }

    @Test
    void aRenewedCertificateCountsForNewConnectionsAndOpenOnesGoOn() throws IOException {
        try (SSLSocket open = secured()) {
            TestCertificate.of("second.example.org").write(Secured.FOLDER);
            await().atMost(SOON).until(() -> shown().equals("CN=second.example.org"));
            assertThat(isServed(open)).isTrue();
        }
    }

    @Test
    void aClientThatWantsTls11GetsNothingButAnAlert() throws IOException {
        try (Socket socket = plain()) {
            socket.getOutputStream().write(helloOfTls11());
            byte[] alert = socket.getInputStream().readNBytes(7);
            assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(alert[6]).isEqualTo((byte) PROTOCOL_VERSION);
        }
    }

    private static byte[] helloOfTls11() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        byte[] random = new byte[32];
        out.write(new byte[] {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2});
        out.write(random);
        // No session, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, no compression.
        out.write(new byte[] {0, 0, 2, (byte) 0xc0, 0x0a, 1, 0});
        return bytes.toByteArray();
    }

    @Test
    void connectionsThatNeverSayHelloAreBoundedAndClosedWhileOthersAreServed() throws IOException {
        double late = refused("slow-head");
        double tooMany = refused("too-many-of-address");
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < SILENT; i++) {
                silent.add(plain());
            }
            secure().get("/api/v1/versions").then().statusCode(200);
            given().get("/api/v1/versions").then().statusCode(200);
            for (int i = SILENT; i <= OF_ONE; i++) {
                silent.add(plain());
            }
            await().atMost(SOON).until(() -> refused("too-many-of-address") > tooMany);
            for (Socket socket : silent) {
                assertThat(isClosed(socket)).isTrue();
            }
            assertThat(refused("slow-head") - late).isGreaterThanOrEqualTo(SILENT);
            secure().get("/api/v1/versions").then().statusCode(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            InputStream in = socket.getInputStream();
            return in.read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    private double refused(String reason) {
        return metrics.get("millrace.connections.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static final class Credulous implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
