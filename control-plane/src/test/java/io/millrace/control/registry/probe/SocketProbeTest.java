package io.millrace.control.registry.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.probe.ProbeResult.Outcome;
import io.millrace.control.registry.probe.ProbeTarget.Kind;
import io.millrace.model.Endpoint;
import io.millrace.model.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketProbeTest {

    private static final Duration TIMEOUT = Duration.ofMillis(400);

    private final SocketProbe probe = new SocketProbe(new Random(1), System::nanoTime);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void aServerThatAnswersTheHandshakeAnswers() throws Exception {
        CompletableFuture<Integer> received = serve((in, out) -> {
            int count = in.readNBytes(1 + 1_536).length;
            // In pieces: a probe must not take the first read for the whole.
            byte[] answer = new byte[RtmpHandshake.ANSWER_BYTES];
            answer[0] = 3;
            out.write(answer, 0, 1);
            out.flush();
            out.write(answer, 1, 700);
            out.flush();
            out.write(answer, 701, answer.length - 701);
            return count;
        });
        assertThat(probed(Kind.RTMP_HANDSHAKE, Duration.ofSeconds(10)).isAnswered())
                .isTrue();
        assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(1_537);
    }

    @Test
    void aFrozenProcessWhoseKernelAcceptsDoesNotAnswer() throws Exception {
        // Nobody ever calls accept: the kernel completes the connection all the same.
        assertThat(probed(Kind.TCP_CONNECT, TIMEOUT).isAnswered()).isTrue();
        assertThat(probed(Kind.RTMP_HANDSHAKE, TIMEOUT))
                .returns(Outcome.UNANSWERED, ProbeResult::outcome)
                .matches(result -> result.detail().contains("did not answer within 400ms"));
    }

    @Test
    void aServerThatDripsBytesDoesNotStretchTheDeadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        var _ = serve((in, out) -> {
            out.write(3);
            for (int i = 0; i < 1_000 && !over.await(50, TimeUnit.MILLISECONDS); i++) {
                out.write(0);
                out.flush();
            }
            return 0;
        });
        long began = System.nanoTime();
        assertThat(probed(Kind.RTMP_HANDSHAKE, TIMEOUT).outcome()).isEqualTo(Outcome.UNANSWERED);
        over.countDown();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void nobodyListensIsRefused() throws Exception {
        server.close();
        assertThat(probed(Kind.RTMP_HANDSHAKE, Duration.ofSeconds(10)).outcome())
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    void anotherProtocolAndAClosedConnectionAreNoAnswer() throws Exception {
        var _ = serve((in, out) -> {
            out.write("RTSP/1.0 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return in.readNBytes(1 + 1_536).length;
        });
        assertThat(probed(Kind.RTMP_HANDSHAKE, Duration.ofSeconds(10)))
                .returns(Outcome.UNANSWERED, ProbeResult::outcome)
                .matches(result -> result.detail().contains("version 82"));
        var _ = serve((in, out) -> in.readNBytes(1 + 1_536).length);
        assertThat(probed(Kind.RTMP_HANDSHAKE, Duration.ofSeconds(10)))
                .returns(Outcome.UNANSWERED, ProbeResult::outcome)
                .matches(result -> result.detail().contains("closed the connection"));
    }

    @Test
    void aFailureFarBehindItsDeadlineIsInconclusive() throws Exception {
        long[] jump = new long[1];
        SocketProbe stopped = new SocketProbe(new Random(1), () -> System.nanoTime() + (jump[0] += 2_000_000_000L));
        assertThat(probed(stopped, Kind.RTMP_HANDSHAKE, TIMEOUT).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    }

    private ProbeResult probed(Kind kind, Duration timeout) throws Exception {
        return probed(probe, kind, timeout);
    }

    private ProbeResult probed(SocketProbe with, Kind kind, Duration timeout) throws Exception {
        CompletableFuture<ProbeResult> result = new CompletableFuture<>();
        Endpoint endpoint =
                new Endpoint(Transport.TCP, server.getInetAddress().getHostAddress(), server.getLocalPort());
        with.attempt(new ProbeTarget(endpoint, kind), timeout, result::complete);
        return result.get(20, TimeUnit.SECONDS);
    }

    private interface Service {
        int serve(InputStream in, OutputStream out) throws Exception;
    }

    private CompletableFuture<Integer> serve(Service service) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket client = server.accept()) {
                done.complete(service.serve(client.getInputStream(), client.getOutputStream()));
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
