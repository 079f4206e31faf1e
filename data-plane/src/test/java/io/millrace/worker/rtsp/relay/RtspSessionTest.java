package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.access.ban.Bans;
import io.millrace.worker.admin.sessions.CloseReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and origins on real sockets; the test says what both say. */
class RtspSessionTest {

    private static final String URI = "rtsp://worker.example/live/cam";
    private static final String OK = "RTSP/1.0 200 OK";

    private RtspOrigin origin;
    private RtspWorker worker;

    @BeforeEach
    void start() throws IOException {
        origin = new RtspOrigin();
        worker = new RtspWorker(RtspWorker.settings(Optional.empty()), origin.port());
    }

    @AfterEach
    void stop() {
        worker.close();
        origin.close();
    }

    private RtspPeer client() {
        return RtspPeer.connect(worker.port());
    }

    private void awaitNoSession() {
        await().atMost(RtspWorker.LIMIT).until(() -> worker.sessions.size() == 0);
    }

    private double ended(CloseReason reason) {
        return worker.registry.find("millrace.sessions.ended").tag("reason", reason.metricTag()).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** A session that plays over TCP. */
    private record Playing(RtspPeer client, RtspPeer origin) implements AutoCloseable {

        @Override
        public void close() {
            client.close();
            origin.close();
        }
    }

    private Playing playing() {
        RtspPeer client = client();
        client.say("SETUP " + URI + "/trackID=0 RTSP/1.0", "CSeq: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
        RtspPeer peer = origin.accept();
        assertThat(peer.receive()).startsWith("SETUP");
        peer.say(OK, "CSeq: 1", "Session: abc;timeout=60", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
        assertThat(client.receive()).contains("interleaved=0-1");
        client.say("PLAY " + URI + " RTSP/1.0", "CSeq: 2", "Session: abc");
        assertThat(peer.receive()).startsWith("PLAY");
        peer.say(OK, "CSeq: 2", "Session: abc");
        assertThat(client.receive()).startsWith(OK);
        return new Playing(client, peer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", URI})
    void optionsBeforeAStreamIsNamedIsAnsweredHere(String uri) {
        try (RtspPeer client = client()) {
            client.say("OPTIONS " + uri + " RTSP/1.0", "CSeq: 7");
            assertThat(client.receive())
                    .startsWith(OK)
                    .contains("CSeq: 7")
                    .contains("Public: ")
                    .contains("RECORD");
            assertThat(worker.router.asked).isEmpty();
        }
    }

    @Test
    void passesARequestAsItIsAndTurnsTheAnswersAddressesToWhereTheClientAsked() {
        try (RtspPeer client = client()) {
            client.say(
                    "DESCRIBE " + URI + "?token=x RTSP/1.0",
                    "CSeq: 2",
                    "Accept: application/sdp",
                    "User-Agent: player",
                    "x-Own: 1");
            try (RtspPeer peer = origin.accept()) {
                assertThat(peer.receive())
                        .isEqualTo("DESCRIBE " + URI
                                + "?token=x RTSP/1.0\nCSeq: 2\nAccept: application/sdp\nUser-Agent: player\nx-Own: 1");
                peer.send(RtspPeer.message(
                        "v=0\r\na=control:rtsp://10.0.0.9:8554/live/cam/\r\na=control:streamid=0\r\n",
                        OK,
                        "CSeq: 2",
                        "Content-Base: rtsp://10.0.0.9:8554/live/cam/",
                        "Content-Type: application/sdp"));
                assertThat(client.receive()).isEqualTo("""
                                RTSP/1.0 200 OK
                                CSeq: 2
                                Content-Base: rtsp://worker.example/live/cam/
                                Content-Type: application/sdp
                                Content-Length: 70

                                v=0
                                a=control:rtsp://worker.example/live/cam/
                                a=control:streamid=0""");
            }
            assertThat(worker.router.asked).containsExactly(StreamKey.parse("__defaultVhost__/live/cam"));
        }
    }

    @Test
    void digestAuthenticationGoesBothWaysUntouched() {
        try (RtspPeer client = client()) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 1");
            try (RtspPeer peer = origin.accept()) {
                peer.receive();
                String challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"0a1b\"";
                peer.say("RTSP/1.0 401 Unauthorized", "CSeq: 1", challenge);
                assertThat(client.receive()).isEqualTo("RTSP/1.0 401 Unauthorized\nCSeq: 1\n" + challenge);
                String proof = "Authorization: Digest username=\"u\", uri=\"" + URI + "\", response=\"ff\"";
                client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 2", proof);
                assertThat(peer.receive()).isEqualTo("DESCRIBE " + URI + " RTSP/1.0\nCSeq: 2\n" + proof);
            }
        }
        awaitNoSession();
        assertThat(ended(CloseReason.ORIGIN_REFUSED_STREAM)).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        try (RtspPeer client = client()) {
            client.send(RtspPeer.message("", "DESCRIBE " + URI + " RTSP/1.0", "CSeq: 1")
                    + RtspPeer.message("", "GET_PARAMETER " + URI + " RTSP/1.0", "CSeq: 2")
                    + RtspPeer.message("", "DESCRIBE rtsp://worker.example/live/other RTSP/1.0", "CSeq: 3")
                    + RtspPeer.message("", "OPTIONS " + URI + " RTSP/1.0", "CSeq: 4"));
            try (RtspPeer peer = origin.accept()) {
                assertThat(peer.receive()).contains("CSeq: 1");
                peer.say(OK, "CSeq: 1");
                assertThat(peer.receive()).contains("CSeq: 2");
                assertThat(peer.receive()).contains("CSeq: 4");
                peer.send(RtspPeer.message("", OK, "CSeq: 2") + RtspPeer.message("", OK, "CSeq: 4"));
                assertThat(client.receive()).isEqualTo(OK + "\nCSeq: 1");
                assertThat(client.receive()).isEqualTo(OK + "\nCSeq: 2");
                assertThat(client.receive()).startsWith("RTSP/1.0 455").contains("CSeq: 3");
                assertThat(client.receive()).isEqualTo(OK + "\nCSeq: 4");
            }
        }
    }

    @Test
    void everyByteMayComeByItself() {
        try (RtspPeer client = client()) {
            for (byte value : RtspPeer.message("v=0\r\n", "ANNOUNCE " + URI + " RTSP/1.0", "CSeq: 1")
                    .getBytes(StandardCharsets.US_ASCII)) {
                client.send(value);
            }
            try (RtspPeer peer = origin.acceptQuestion()) {
                assertThat(peer.receive())
                        .isEqualTo("ANNOUNCE " + URI + " RTSP/1.0\nCSeq: 1\nContent-Length: 5\n\nv=0");
            }
        }
    }

    @Test
    void largeSdpsPassBothWays() {
        String sdp = "a=fmtp:96 sprop=AAAA\r\n".repeat(10_000);
        try (RtspPeer client = client()) {
            client.send(RtspPeer.message(sdp, "ANNOUNCE " + URI + " RTSP/1.0", "CSeq: 1"));
            try (RtspPeer peer = origin.acceptQuestion()) {
                assertThat(peer.receive()).endsWith(sdp.replace("\r\n", "\n").strip());
                peer.say(OK, "CSeq: 1");
                assertThat(client.receive()).startsWith(OK);
            }
        }
        try (RtspPeer client = client()) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 1");
            try (RtspPeer peer = origin.accept()) {
                peer.receive();
                peer.send(RtspPeer.message(sdp, OK, "CSeq: 1", "Content-Type: application/sdp"));
                assertThat(client.receive()).endsWith(sdp.replace("\r\n", "\n").strip());
            }
        }
    }

    @Test
    void framesPassBothWaysWithMessagesBetweenThem() {
        try (Playing playing = playing()) {
            byte[] rtp = RtspPeer.frame(0, 1_400);
            byte[] rtcp = RtspPeer.frame(1, 28);
            playing.origin().send(rtp);
            playing.origin().send(rtp);
            assertThat(playing.client().receive(rtp.length)).isEqualTo(rtp);
            playing.client().send(rtcp);
            playing.client().say("GET_PARAMETER " + URI + " RTSP/1.0", "CSeq: 3", "Session: abc");
            playing.client().send(rtcp);
            assertThat(playing.origin().receive(rtcp.length)).isEqualTo(rtcp);
            assertThat(playing.origin().receive()).startsWith("GET_PARAMETER");
            assertThat(playing.origin().receive(rtcp.length)).isEqualTo(rtcp);
            playing.origin().say(OK, "CSeq: 3");
            playing.origin().send(rtp);
            assertThat(playing.client().receive(rtp.length)).isEqualTo(rtp);
            assertThat(playing.client().receive()).isEqualTo(OK + "\nCSeq: 3");
            assertThat(playing.client().receive(rtp.length)).isEqualTo(rtp);
            assertThat(worker.sessions.sessions()).singleElement().satisfies(session -> {
                assertThat(session.relaying()).isPresent();
                assertThat(session.bytesOut()).isGreaterThan(3L * rtp.length);
                assertThat(session.bytesIn()).isGreaterThan(2L * rtcp.length);
            });
        }
        awaitNoSession();
    }

    @Test
    void ourOwnAnswerWaitsForTheEndOfAFrame() {
        try (Playing playing = playing()) {
            byte[] rtp = RtspPeer.frame(0, 500);
            playing.origin().send(Arrays.copyOf(rtp, 100));
            playing.client().receive(100);
            playing.client().say("DESCRIBE rtsp://worker.example/live/other RTSP/1.0", "CSeq: 3");
            playing.client().say("OPTIONS " + URI + " RTSP/1.0", "CSeq: 4");
            assertThat(playing.origin().receive()).contains("CSeq: 4");
            playing.origin().send(Arrays.copyOfRange(rtp, 100, 504));
            assertThat(playing.client().receive(404)).isEqualTo(Arrays.copyOfRange(rtp, 100, 504));
            assertThat(playing.client().receive()).startsWith("RTSP/1.0 455").contains("CSeq: 3");
        }
    }

    @Test
    void whatTheOriginAsksGoesToTheClientAndItsAnswerBack() {
        try (Playing playing = playing()) {
            playing.origin().say("SET_PARAMETER " + URI + " RTSP/1.0", "CSeq: 1", "Session: abc");
            assertThat(playing.client().receive()).startsWith("SET_PARAMETER");
            playing.client().say(OK, "CSeq: 1");
            assertThat(playing.origin().receive()).isEqualTo(OK + "\nCSeq: 1");
        }
    }

    @Test
    void teardownEndsTheSessionOnceItsAnswerWentBack() {
        try (Playing playing = playing()) {
            playing.client().say("TEARDOWN " + URI + " RTSP/1.0", "CSeq: 3", "Session: abc");
            assertThat(playing.origin().receive()).startsWith("TEARDOWN");
            playing.origin().say(OK, "CSeq: 3");
            assertThat(playing.client().receive()).isEqualTo(OK + "\nCSeq: 3");
            assertThat(playing.client().receive()).isEqualTo("END");
            assertThat(playing.origin().receive()).isEqualTo("END");
        }
        awaitNoSession();
    }

    @Test
    void aKickedClientIsClosedAndItsOriginToldByTeardown() {
        try (Playing playing = playing()) {
            worker.sessions.endAll(CloseReason.KICKED, "by a test");
            assertThat(playing.origin().receive()).isEqualTo("TEARDOWN " + URI + " RTSP/1.0\nCSeq: 3\nSession: abc");
            assertThat(playing.origin().receive()).isEqualTo("END");
            assertThat(playing.client().receive()).isEqualTo("END");
        }
        awaitNoSession();
        assertThat(ended(CloseReason.KICKED)).isEqualTo(1);
    }

    @Test
    void aBannedClientIsForbidden() {
        Bans bans = new Bans(worker.sessions);
        worker.sessions.admitBy(bans);
        bans.use(List.of(new Ban("b-1", Network.parse("127.0.0.1"), "*", "*", "*", null, Intent.PLAY)));
        try (RtspPeer client = client()) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 1");
            assertThat(client.receive()).startsWith("RTSP/1.0 403 Forbidden");
            assertThat(client.receive()).isEqualTo("END");
        }
        awaitNoSession();
    }

    @Test
    void aClientThatJustLeavesIsTornDownToo() {
        try (Playing playing = playing()) {
            playing.client().close();
            assertThat(playing.origin().receive()).startsWith("TEARDOWN");
        }
    }

    @Test
    void anOriginThatDiesEndsTheSession() {
        try (Playing playing = playing()) {
            playing.origin().close();
            assertThat(playing.client().receive()).isEqualTo("END");
        }
        awaitNoSession();
        assertThat(ended(CloseReason.ORIGIN_CLOSED) + ended(CloseReason.ORIGIN_RESET))
                .isEqualTo(1);
    }

    @Test
    void theNextOriginIsAskedTheSameWhenOneHangsUpOrSaysNothing() throws IOException {
        try (RtspOrigin closing = new RtspOrigin();
                RtspOrigin silent = new RtspOrigin();
                RtspWorker three = new RtspWorker(
                        RtspWorker.settings(Optional.empty()), closing.port(), silent.port(), origin.port());
                RtspPeer client = RtspPeer.connect(three.port())) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 5");
            closing.accept().close();
            try (RtspPeer saysNothing = silent.accept();
                    RtspPeer answers = origin.accept()) {
                assertThat(saysNothing.receive()).isEqualTo("DESCRIBE " + URI + " RTSP/1.0\nCSeq: 5");
                assertThat(answers.receive()).isEqualTo("DESCRIBE " + URI + " RTSP/1.0\nCSeq: 5");
                answers.say(OK, "CSeq: 5");
                assertThat(client.receive()).startsWith(OK);
            }
            assertThat(three.router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(Failure.RESET, Failure.TIMEOUT);
        }
    }

    @Test
    void noOriginAtAllIs503() throws IOException {
        try (RtspWorker alone = new RtspWorker(RtspWorker.settings(Optional.empty()));
                RtspPeer client = RtspPeer.connect(alone.port())) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 5");
            assertThat(client.receive()).startsWith("RTSP/1.0 503").contains("CSeq: 5");
            assertThat(client.receive()).isEqualTo("END");
        }
    }

    @Test
    void anOriginThatSpeaksSomethingElseIsReplaced() throws IOException {
        try (RtspOrigin http = new RtspOrigin();
                RtspWorker two = new RtspWorker(RtspWorker.settings(Optional.empty()), http.port(), origin.port());
                RtspPeer client = RtspPeer.connect(two.port())) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 5");
            try (RtspPeer wrong = http.accept()) {
                wrong.say("HTTP/1.1 400 Bad Request");
                try (RtspPeer right = origin.accept()) {
                    assertThat(right.receive()).startsWith("DESCRIBE");
                }
            }
            assertThat(two.router.failed).extracting(OriginObservation::failure).contains(Failure.PROTOCOL);
        }
    }

    @Test
    void anOriginsRefusalPassesWithItsBody() {
        try (RtspPeer client = client()) {
            client.say("DESCRIBE " + URI + " RTSP/1.0", "CSeq: 1");
            try (RtspPeer peer = origin.accept()) {
                peer.receive();
                peer.send(RtspPeer.message("no such thing", "RTSP/1.0 404 Not Found", "CSeq: 1"));
                assertThat(client.receive())
                        .startsWith("RTSP/1.0 404 Not Found")
                        .endsWith("no such thing");
            }
        }
        awaitNoSession();
        assertThat(worker.router.failed).isEmpty();
        assertThat(ended(CloseReason.ORIGIN_REFUSED_STREAM)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n | 400",
                "DESCRIBE rtsp://h/live/cam RTSP/2.0\\r\\nCSeq: 1\\r\\n\\r\\n | 505",
                "DESCRIBE rtsp://h/live/cam RTSP/1.0\\r\\n\\r\\n | 400",
                "DESCRIBE rtsp://h/cam RTSP/1.0\\r\\nCSeq: 1\\r\\n\\r\\n | 400",
                "DESCRIBE /live/cam RTSP/1.0\\r\\nCSeq: 1\\r\\n\\r\\n | 400",
                "ANNOUNCE rtsp://h/live/cam RTSP/1.0\\r\\nCSeq: 1\\r\\nContent-Length: -1\\r\\n\\r\\n | 400",
                "ANNOUNCE rtsp://h/live/cam RTSP/1.0\\r\\nCSeq: 1\\r\\nContent-Length: 300000\\r\\n\\r\\n | 413",
                "SETUP rtsp://h/live/cam RTSP/1.0\\r\\nCSeq: 1\\r\\nTransport: ,\\r\\n\\r\\n | 400",
                "RTSP/1.0 200 OK\\r\\nCSeq: 1\\r\\n\\r\\n | 400",
                "$abcdefgh | 400",
                "\\26\\3\\1 | 400",
            })
    void whatIsNoRequestIsRefusedAndTheConnectionClosed(String text, String status) {
        try (RtspPeer client = client()) {
            client.send(text.translateEscapes());
            assertThat(client.receive()).startsWith("RTSP/1.0 " + status);
            assertThat(client.receive()).isEqualTo("END");
        }
        assertThat(worker.router.asked).isEmpty();
    }

    @Test
    void aHeadWithoutAnEndIsRefused() {
        try (RtspPeer client = client()) {
            client.send("OPTIONS * RTSP/1.0\r\nX: " + "y".repeat(17_000));
            assertThat(client.receive()).startsWith("RTSP/1.0 413");
        }
    }

    @Test
    void requestsThatNeverWaitForAnswersEndTheSession() {
        try (Playing playing = playing()) {
            String request = RtspPeer.message("", "OPTIONS " + URI + " RTSP/1.0", "CSeq: 9");
            playing.client().send(request.repeat(40));
            assertThat(playing.client().receive()).isEqualTo("END");
        }
        awaitNoSession();
        assertThat(ended(CloseReason.PEER_PROTOCOL_ERROR)).isEqualTo(1);
    }

    @Test
    void whoNamesNoStreamInTimeIsClosed() throws IOException {
        try (RtspWorker strict = new RtspWorker(
                        RtspWorker.settings(Optional.empty(), Duration.ofMillis(300), RtspWorker.LIMIT),
                        origin.port());
                RtspPeer client = RtspPeer.connect(strict.port())) {
            client.say("OPTIONS * RTSP/1.0", "CSeq: 1");
            assertThat(client.receive()).startsWith(OK);
            assertThat(client.receive()).isEqualTo("END");
        }
    }

    @Test
    void aSessionThatNothingComesForIsEnded() throws IOException {
        worker.close();
        worker = new RtspWorker(
                RtspWorker.settings(Optional.empty(), RtspWorker.LIMIT, Duration.ofMillis(500)), origin.port());
        try (Playing playing = playing()) {
            assertThat(playing.client().receive()).isEqualTo("END");
        }
        awaitNoSession();
        assertThat(ended(CloseReason.PEER_IDLE)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2, the origin read nothing for 2 s", "30, it has let a publisher wait for 5 s"})
    void anOriginThatDoesNotTakeWhatIsPublishedIsReported(int stallSeconds, String detail) throws IOException {
        Duration stall = Duration.ofSeconds(stallSeconds);
        try (RtspWorker patient = new RtspWorker(
                        RtspWorker.settings(Optional.empty(), RtspWorker.LIMIT, RtspWorker.LIMIT, stall),
                        origin.port());
                RtspPeer client = RtspPeer.connect(patient.port())) {
            client.send(RtspPeer.message("v=0", "ANNOUNCE " + URI + " RTSP/1.0", "CSeq: 1"));
            try (RtspPeer peer = origin.acceptQuestion()) {
                assertThat(peer.receive()).startsWith("ANNOUNCE");
                peer.say(OK, "CSeq: 1");
                assertThat(client.receive()).startsWith(OK);
                Thread.ofVirtual().start(() -> publishUntilClosed(client));
                await().atMost(RtspWorker.LIMIT).until(() -> !patient.router.failed.isEmpty());
                assertThat(patient.router.failed).first().satisfies(failure -> {
                    assertThat(failure.failure()).isEqualTo(Failure.TIMEOUT);
                    assertThat(failure.detail()).isEqualTo(detail);
                });
            }
        }
    }

    private static void publishUntilClosed(RtspPeer client) {
        byte[] rtp = RtspPeer.frame(0, 60_000);
        try {
            while (true) {
                client.send(rtp);
            }
        } catch (UncheckedIOException over) {
            // The test is over.
            return;
        }
    }

    @Test
    void aViewerThatReadsNothingHoldsBackItsOriginAndIsEnded() throws IOException {
        try (Playing playing = playing()) {
            byte[] rtp = RtspPeer.frame(0, 60_000);
            long sent = 0;
            try {
                while (sent < 500L << 20) {
                    playing.origin().send(rtp);
                    sent += rtp.length;
                }
            } catch (UncheckedIOException ended) {
                // The session was ended while we were held back.
            }
            assertThat(sent).as("bytes taken for a viewer that reads nothing").isLessThan(60L << 20);
        }
        awaitNoSession();
        assertThat(ended(CloseReason.PEER_STALLED)).isEqualTo(1);
    }

    @Test
    void setupWithoutDescribeNamesTheStreamWithoutItsTrack() {
        try (Playing _ = playing()) {
            assertThat(worker.router.asked).containsExactly(StreamKey.parse("__defaultVhost__/live/cam"));
        }
    }
}
