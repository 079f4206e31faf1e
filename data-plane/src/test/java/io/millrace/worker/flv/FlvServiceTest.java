package io.millrace.worker.flv;

import static io.millrace.worker.flv.TestOrigin.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Intent;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.CloseReason;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Viewers on real sockets, against origins that do as the test says. */
class FlvServiceTest extends FlvWorker {

    @ParameterizedTest
    @CsvSource({
        "/live/cam.flv, '', true",
        "/live/cam.ts, token=1, true",
        "/live/cam-x.ts, '', true",
        "/live/cam-12.flv, '', true",
        "/live/cam-12.ts, '', false",
        "/live/12.ts, '', false",
        "/live/cam.ts, mr=abc, false",
        "/live/cam.ts, a=b&mr=abc, false",
        "/live/cam.ts, xmr=abc, true",
        "/cam.flv, '', false",
        "/live/.flv, '', false",
        "/live/cam.m3u8, '', false",
        "/live/cam, '', false",
    })
    void claimsLiveStreamsAndLeavesSegments(String path, String query, boolean claimed) {
        assertThat(FlvService.isLive(path, query)).isEqualTo(claimed);
    }

    @Test
    void passesChunksAsTheyAreAndTellsTheOriginWhoAsks() throws IOException {
        String chunks = "4\r\nFLV1\r\n3;x=y\r\nabc\r\n0\r\n\r\n";
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED + chunks));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            String answer = exchange(get(
                    "/live/cam.flv?token=a%20b&x",
                    "X-Forwarded-For: 10.1.1.1",
                    "User-Agent: player",
                    "Connection: keep-alive, X-Mine",
                    "X-Mine: 1",
                    "Authorization: Bearer t"));

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Server: SRS\r\n", "transfer-encoding: chunked\r\n", "connection: close\r\n")
                    .contains("access-control-allow-origin: *\r\n");
            assertThat(body(answer)).isEqualTo(chunks);
            assertThat(origin.heads()).hasSize(1);
            assertThat(origin.heads().getFirst())
                    .startsWith("GET /live/cam.flv?token=a%20b&x HTTP/1.1\n")
                    .contains("x-forwarded-for: 10.1.1.1, 127.0.0.1\n", "x-real-ip: 127.0.0.1\n")
                    .contains("x-forwarded-proto: http\n", "User-Agent: player\n", "Authorization: Bearer t\n")
                    .containsIgnoringCase("host: media.example.com\n")
                    .contains("Connection: close\n")
                    .doesNotContain("X-Mine", "keep-alive");
        }
        awaitNoSessions();
    }

    @Test
    void passesBodiesThatEndWithTheConnection() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV bytes")))) {
            lead(origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("FLV bytes");
        }
        assertThat(router.failed).isEmpty();
    }

    @Test
    void takesChunksOffForClientsOfHttp10() throws IOException {
        try (TestOrigin origin =
                new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")))) {
            lead(origin.port());
            String answer = exchange("GET /live/cam.flv HTTP/1.0\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("chunked");
            assertThat(body(answer)).isEqualTo("abcde");
            assertThat(origin.heads().getFirst()).startsWith("GET /live/cam.flv HTTP/1.0\n");
        }
    }

    @Test
    void answersHeadWithTheOriginsHeadAlone() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED)))) {
            lead(origin.port());
            String answer = exchange("HEAD /live/cam.flv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("video/x-flv")
                    .endsWith("\r\n\r\n");
            assertThat(origin.heads().getFirst()).startsWith("HEAD ");
        }
        awaitNoSessions();
    }

    @Test
    void passesRefusalsOnWithTheirBodies() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nX-Why: gone\r\n\r\nno cam"));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            String answer = exchange(get("/live/cam.flv"));
            assertThat(answer)
                    .startsWith("HTTP/1.1 404 Not Found\r\n")
                    .contains("X-Why: gone\r\n")
                    .endsWith("\r\n\r\nno cam");
        }
        assertThat(router.failed).isEmpty();
        awaitNoSessions();
    }

    @Test
    void endsTheAnswerOnAChunksEndWhenTheOriginLeaves() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "3\r\nabc\r\n")))) {
            lead(origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("3\r\nabc\r\n0\r\n\r\n");
        }
        assertThat(router.failed).isEmpty();
    }

    @Test
    void cutsTheAnswerAndReportsWhenTheOriginDiesWithinAChunk() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(CHUNKED + "9\r\nabc")))) {
            lead(origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("9\r\nabc");
        }
        assertThat(router.failed).extracting(OriginObservation::failure).containsExactly(Failure.RESET);
    }

    @Test
    void aBannedViewerIsForbidden() throws IOException {
        Bans bans = new Bans(sessions);
        sessions.admitBy(bans);
        bans.use(List.of(new Ban("b-1", Network.parse("127.0.0.1"), "*", "*", "*", null, Intent.PLAY)));
        assertThat(exchange(get("/live/cam.flv", "Connection: close")))
                .startsWith("HTTP/1.1 403 ")
                .contains("not allowed");
        awaitNoSessions();
    }

    @Test
    void endsViewersThatAreKickedWithALastChunk() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED + "3\r\nabc\r\n"));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            try (Socket viewer = open(get("/live/cam.flv"))) {
                await().until(() -> sessions.sessions().stream()
                        .anyMatch(session -> session.relaying().isPresent() && session.bytesOut() > 0));
                sessions.endAll(CloseReason.KICKED, "by a test");
                assertThat(body(new String(viewer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)))
                        .isEqualTo("3\r\nabc\r\n0\r\n\r\n");
            }
        }
        awaitNoSessions();
    }

    @Test
    void hangsUpAtTheOriginWhenTheViewerLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED));
            if (socket.getInputStream().read() < 0) {
                left.countDown();
            }
        })) {
            lead(origin.port());
            try (Socket viewer = open(get("/live/cam.flv"))) {
                assertThat(viewer.getInputStream().read()).isEqualTo('H');
            }
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        }
        awaitNoSessions();
    }

    @Test
    void holdsLittleForAViewerThatDoesNotReadAndEndsIt() throws Exception {
        AtomicLong written = new AtomicLong();
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(OK + "\r\n"));
            byte[] block = new byte[64 * 1024];
            while (written.get() < 1L << 30) {
                out.write(block);
                written.addAndGet(block.length);
            }
        })) {
            lead(origin.port());
            try (Socket _ = open(get("/live/cam.flv"))) {
                await().until(() -> written.get() > 0);
                awaitNoSessions();
                // What the kernels hold on both ways is theirs; it is some megabytes.
                assertThat(written.get()).isLessThan(32L << 20);
            }
        }
    }

    @Test
    void endsViewersToWhomNothingComes() throws IOException {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(CHUNKED));
            socket.getInputStream().read();
        })) {
            lead(origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void refusesWhatIsNoStreamOrNoWayToPlay() throws IOException {
        assertThat(exchange(get("/live/cam%3fx.flv", "Connection: close"))).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /live/cam.flv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("allow: GET, HEAD, OPTIONS");
        assertThat(exchange(get("/live/cam.flv", "Upgrade: websocket", "Connection: close, Upgrade")))
                .startsWith("HTTP/1.1 426 ");
    }

    @Test
    void viewersThatReadNothingAreClosedWhenAllOfThemHoldTooMuchAndAnotherOneGoesOn() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            out.write(bytes(OK + "\r\nFLV"));
            byte[] piece = new byte[16 * 1024];
            while (true) {
                out.write(piece);
            }
        })) {
            lead(origin.port());
            List<Socket> stalled = new ArrayList<>();
            try (Socket healthy = open(get("/live/cam.flv"))) {
                AtomicLong seen = new AtomicLong();
                AtomicBoolean over = new AtomicBoolean();
                Thread.ofVirtual().start(() -> {
                    byte[] some = new byte[64 * 1024];
                    try {
                        for (int n = 0; n >= 0; n = healthy.getInputStream().read(some)) {
                            seen.addAndGet(n);
                        }
                    } catch (IOException e) {
                        // An end like any other.
                    }
                    over.set(true);
                });
                for (int i = 0; i < 40; i++) {
                    stalled.add(open(get("/live/cam.flv")));
                }
                await().atMost(LIMIT).until(() -> ended("memory-full") >= 3);
                long before = seen.get();
                await().atMost(LIMIT).until(() -> seen.get() > before + (1 << 20));
                assertThat(over).isFalse();
                assertThat(loops.budget().shed()).isGreaterThanOrEqualTo(3);
            } finally {
                for (Socket socket : stalled) {
                    socket.close();
                }
            }
        }
        awaitNoSessions();
        await().atMost(LIMIT).until(() -> loops.budget().pending() == 0 && loops.readBuffersOutstanding() == 0);
    }
}
