package io.millrace.worker.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.tls.BadCertificateException;
import io.millrace.model.tls.CertificateFiles;
import io.millrace.worker.admin.LogLines;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsCertificatesTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static TestCertificate first;
    private static TestCertificate second;
    private static TestCertificate third;

    @TempDir
    private Path folder;

    private final List<Map<String, Instant>> expiries = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() {
        first = TestCertificate.of("first.example", "www.first.example");
        second = TestCertificate.rsa("*.second.example");
        third = TestCertificate.of("third.example");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private TlsCertificates load(CertificateFiles... files) throws BadCertificateException {
        return load(SslProvider.OPENSSL_REFCNT, TlsVersion.TLS_1_2, SOON, files);
    }

    private TlsCertificates load(
            SslProvider provider, TlsVersion version, Duration handshakeTimeout, CertificateFiles... files)
            throws BadCertificateException {
        TlsSettings settings = new TlsSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(files),
                version,
                handshakeTimeout,
                Duration.ofDays(1));
        TlsCertificates loaded = TlsCertificates.load(settings, Clock.systemUTC(), provider, expiries::add);
        open.add(loaded);
        return loaded;
    }

    private EchoServer serve(TlsCertificates certificates) {
        EchoServer server = new EchoServer(certificates);
        open.add(server);
        return server;
    }

    private static TestCertificate shownBy(EchoServer server, String serverName) throws IOException {
        try (TlsClient client = new TlsClient(server.port(), serverName)) {
            assertThat(client.echo("hello")).isEqualTo("hello");
            return List.of(first, second, third).stream()
                    .filter(known -> {
                        try {
                            return known.certificate().equals(client.shown());
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void hasBoringSsl() {
        OpenSsl.ensureAvailability();
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL_REFCNT"})
    void picksTheCertificateByTheNameOfTheServer(SslProvider provider) throws Exception {
        EchoServer server = serve(load(
                provider,
                TlsVersion.TLS_1_2,
                SOON,
                first.write(folder, "first"),
                second.write(folder, "second"),
                third.write(folder, "third")));

        assertThat(shownBy(server, "third.example")).isSameAs(third);
        assertThat(shownBy(server, "www.first.example")).isSameAs(first);
        assertThat(shownBy(server, "a.second.example")).isSameAs(second);
        assertThat(shownBy(server, "a.b.second.example")).isSameAs(first);
        assertThat(shownBy(server, "second.example")).isSameAs(first);
        assertThat(shownBy(server, "unknown.example")).isSameAs(first);
        assertThat(shownBy(server, "")).isSameAs(first);
        assertThat(server.failures()).isEmpty();
    }

    @Test
    void renewsForNewConnectionsAndLeavesOpenOnesAlone() throws Exception {
        CertificateFiles files = first.write(folder, "it");
        TlsCertificates certificates = load(files);
        EchoServer server = serve(certificates);
        try (TlsClient before = new TlsClient(server.port(), "")) {
            third.write(folder, "it");
            certificates.poll();

            assertThat(shownBy(server, "")).isSameAs(third);
            assertThat(before.echo("still here")).isEqualTo("still here");
        }
        assertThat(expiries.getFirst()).containsOnlyKeys("first.example");
        assertThat(expiries.getLast()).containsOnlyKeys("third.example");
    }

    @Test
    void keepsTheCertificateWhenTheNewOneIsOfNoUse() throws Exception {
        CertificateFiles files = first.write(folder, "it");
        TlsCertificates certificates = load(files);
        EchoServer server = serve(certificates);
        try (LogLines lines = LogLines.of(TlsCertificates.class)) {
            TestCertificate.replace(files.certificate(), third.certificatePem());
            certificates.poll();
            assertThat(lines.lines()).as("the key may be on its way").isEmpty();
            certificates.poll();
            certificates.poll();
            assertThat(shownBy(server, "")).isSameAs(first);
            assertThat(lines.lines())
                    .singleElement()
                    .asString()
                    .contains(files.key().toString(), "does not belong to the certificate", "first.example");

            Files.delete(files.certificate());
            certificates.poll();
            certificates.poll();
            certificates.poll();
            assertThat(shownBy(server, "")).isSameAs(first);
            assertThat(lines.lines()).hasSize(2);
            assertThat(lines.lines().getLast()).contains("there is no such file");

            third.write(folder, "it");
            certificates.poll();
            assertThat(shownBy(server, "")).isSameAs(third);
            assertThat(lines.lines()).hasSize(3);
            assertThat(lines.lines().getLast()).contains("certificate reloaded", "third.example");
        }
    }

    @Test
    void followsTheLinkThatKubernetesTurnsRound() throws Exception {
        Path one = Files.createDirectory(folder.resolve("..one"));
        Path two = Files.createDirectory(folder.resolve("..two"));
        first.write(one, "it");
        third.write(two, "it");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), one.getFileName());
        CertificateFiles files = new CertificateFiles(
                Files.createSymbolicLink(folder.resolve("it.pem"), Path.of("..data/it.pem")),
                Files.createSymbolicLink(folder.resolve("it.key"), Path.of("..data/it.key")));
        TlsCertificates certificates = load(files);
        EchoServer server = serve(certificates);
        assertThat(shownBy(server, "")).isSameAs(first);

        Path fresh = Files.createSymbolicLink(folder.resolve("..data_tmp"), two.getFileName());
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        certificates.poll();

        assertThat(shownBy(server, "")).isSameAs(third);
    }

    @Test
    void freesWhatWasReplacedWhenItsLastConnectionEnds() throws Exception {
        TlsCertificates certificates = load(first.write(folder, "it"));
        EchoServer server = serve(certificates);
        TlsGeneration replaced = certificates.acquire();
        var context = (ReferenceCounted) replaced.context(null, TlsPurpose.RTMP);
        try (TlsClient before = new TlsClient(server.port(), "")) {
            third.write(folder, "it");
            certificates.poll();
            assertThat(replaced.refCnt()).as("ours").isOne();
            replaced.release();
            assertThat(replaced.refCnt()).isZero();
            assertThat(context.refCnt()).as("the open connection's").isOne();
            assertThat(before.echo("still here")).isEqualTo("still here");
        }
        await().atMost(SOON).until(() -> context.refCnt() == 0);
    }

    @Test
    void replacesUnderAStormOfHandshakes() throws Exception {
        TlsCertificates certificates = load(first.write(folder, "it"));
        EchoServer server = serve(certificates);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> storm = new ArrayList<>();
        List<Throwable> problems = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            storm.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    try (TlsClient client = new TlsClient(server.port(), "")) {
                        client.echo("x");
                    } catch (IOException | RuntimeException e) {
                        problems.add(e);
                    }
                }
            }));
        }
        for (int i = 0; i < 20; i++) {
            (i % 2 == 0 ? third : first).write(folder, "it");
            certificates.poll();
        }
        stop.set(true);
        for (Thread thread : storm) {
            thread.join();
        }
        assertThat(problems).isEmpty();
        assertThat(server.failures()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL_REFCNT"})
    void refusesOldVersionsWithAnAlert(SslProvider provider) throws Exception {
        EchoServer server = serve(load(provider, TlsVersion.TLS_1_2, SOON, first.write(folder, "it")));

        byte[] answer = say(server, clientHello(0x0302));

        // Alert, fatal, protocol_version (RFC 8446, section 6).
        assertThat(answer).hasSize(7);
        assertThat(answer[0]).isEqualTo((byte) 21);
        assertThat(Arrays.copyOfRange(answer, 5, 7)).containsExactly(2, 70);
        assertThat(server.failures()).hasSize(1);
        assertThat(server.escaped()).isEmpty();
    }

    @Test
    void refusesVersion12WhenSetSo() throws Exception {
        EchoServer server =
                serve(load(SslProvider.OPENSSL_REFCNT, TlsVersion.TLS_1_3, SOON, first.write(folder, "it")));

        assertThat(say(server, clientHello(0x0303))).endsWith(2, 70);
        assertThat(shownBy(server, "")).isSameAs(first);
    }

    @Test
    void closesOnWhoDoesNotSpeakTls() throws Exception {
        EchoServer server = serve(load(first.write(folder, "it")));

        say(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        await().atMost(SOON).until(() -> !server.failures().isEmpty());
        assertThat(server.failures()).containsExactly("not TLS");
        assertThat(server.escaped()).isEmpty();
    }

    @Test
    void saysNothingAboutAProbe() throws Exception {
        EchoServer server = serve(load(first.write(folder, "it")));

        new Socket(InetAddress.getLoopbackAddress(), server.port()).close();

        assertThat(shownBy(server, "")).isSameAs(first);
        assertThat(server.failures()).isEmpty();
        assertThat(server.escaped()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Silence.class)
    void endsHandshakesThatTakeTooLong(Silence silence) throws Exception {
        EchoServer server = serve(load(
                SslProvider.OPENSSL_REFCNT, TlsVersion.TLS_1_2, Duration.ofMillis(300), first.write(folder, "it")));
        byte[] hello = clientHello(0x0303);

        say(server, silence == Silence.AT_ONCE ? new byte[0] : Arrays.copyOf(hello, hello.length - 3));

        assertThat(server.failures()).containsExactly("late no TLS handshake in time");
        assertThat(server.escaped()).isEmpty();
    }

    private enum Silence {
        AT_ONCE,
        AFTER_HALF_A_HELLO
    }

    /** What comes back until the server closes. */
    private static byte[] say(EchoServer server, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(bytes);
            InputStream in = socket.getInputStream();
            return in.readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    /** A hello as TLS up to 1.2 has it, with three cipher suites. */
    private static byte[] clientHello(int version) {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 2 + 6 + 2];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte) (hello.length - 5);
        hello[5] = 1;
        hello[8] = (byte) (hello.length - 9);
        hello[9] = (byte) (version >> 8);
        hello[10] = (byte) version;
        byte[] suites = {0, 6, (byte) 0xc0, 0x09, (byte) 0xc0, 0x13, 0, 0x2f, 1, 0};
        System.arraycopy(suites, 0, hello, 44, suites.length);
        return hello;
    }
}
