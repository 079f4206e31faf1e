package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.Playback;
import io.millrace.cluster.origin.Ffmpeg;
import io.millrace.cluster.plane.Certificate;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What people do over TLS, with the programs that they use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private final int https = Ports.reserve();
    private final int rtmps = Ports.reserve();
    private Cluster cluster;
    private Worker worker;
    private Path sample;
    private Certificate first;
    private Path certificate;
    private Path key;

    @BeforeAll
    void start() {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
        first = Certificate.make("localhost", folder);
        first.writeTo(certificate, key);
        cluster = new Cluster(folder);
        cluster.origin("origin");
        worker = cluster.worker("secure", settings());
        sample = Ffmpeg.makeSample(folder, Ffmpeg.Sample.SMALL);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("PROXY_HTTP_SERVER", "127.0.0.1:" + Ports.reserve());
        settings.put("PROXY_HTTP_API", "127.0.0.1:" + Ports.reserve());
        settings.put("MILLRACE_HTTPS_SERVER", "127.0.0.1:" + https);
        settings.put("MILLRACE_RTMPS_SERVER", "127.0.0.1:" + rtmps);
        settings.put("MILLRACE_TLS_CERTIFICATE", certificate.toString());
        settings.put("MILLRACE_TLS_KEY", key.toString());
        settings.put("MILLRACE_TLS_RELOAD_INTERVAL", "200ms");
        return settings;
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private String rtmps(String appAndStream) {
        return "rtmps://127.0.0.1:" + rtmps + "/" + appAndStream;
    }

    @Test
    void publishesAndPlaysOverRtmps() {
        try (Ffmpeg publisher = Ffmpeg.publish(sample, rtmps("live/secure"), true)) {
            cluster.awaitOrigin("publish", "secure", 1);
            assertThat(Ffmpeg.decodedFrames(rtmps("live/secure"), 2, folder)).isGreaterThan(25);
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void carriesBetweenRtmpsAndRtmp() throws IOException {
        try (Ffmpeg publisher = Ffmpeg.publish(sample, rtmps("live/mixed"), true)) {
            cluster.awaitOrigin("publish", "mixed", 1);
            try (Playback viewer = Playback.of(worker.rtmp("live/mixed"))) {
                viewer.awaitMoreFrames(50, SOON);
            }
            assertThat(publisher.process().isAlive()).isTrue();
        }
    }

    @Test
    void renewsItsCertificateWithoutEndingAnything() throws Exception {
        Path recording = folder.resolve("renewal.flv");
        try (Ffmpeg publisher = Ffmpeg.publish(sample, rtmps("live/renewal"), true)) {
            cluster.awaitOrigin("publish", "renewal", 1);
            try (Ffmpeg viewer = Ffmpeg.record(rtmps("live/renewal"), recording)) {
                Await.until(SOON, "the viewer has something", () -> Files.exists(recording) && size(recording) > 0);

                Certificate.make("renewed.example", folder).writeTo(certificate, key);

                Await.until(SOON, "new clients see it", () -> shownName().equals("CN=renewed.example"));
                assertThat(worker.metric("millrace_tls_certificate_expiry_seconds", "name=\"renewed.example\""))
                        .isGreaterThan(29 * 86_400.0);
                assertThat(worker.metric("millrace_tls_certificate_expiry_seconds", "name=\"localhost\""))
                        .isZero();
                long before = size(recording);
                Await.until(SOON, "the viewer goes on", () -> size(recording) > before + 50_000);
                assertThat(viewer.process().isAlive()).isTrue();
            }
            assertThat(publisher.process().isAlive()).isTrue();
            assertThat(cluster.recorder().calls("publish", "renewal")).hasSize(1);
        } finally {
            first.writeTo(certificate, key);
        }
        assertThat(worker.process().output()).noneMatch(line -> line.contains("internal error"));
    }

    @Test
    void speaksHttp2() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            Await.until(
                    SOON,
                    "the certificate is that of localhost",
                    () -> shownName().equals("CN=localhost"));
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + https + "/live/none.flv"))
                            .timeout(SOON)
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isBetween(400, 599);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private String shownName() {
        try (SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rtmps)) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        return context;
    }

    /** What the worker shows is what the test looks at. */
    private static final class Credulous implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // Nobody is a client here.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Everybody is.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
