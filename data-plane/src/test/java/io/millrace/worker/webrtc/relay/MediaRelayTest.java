package io.millrace.worker.webrtc.relay;

import static io.millrace.worker.webrtc.relay.RelayBed.UFRAG;
import static io.millrace.worker.webrtc.relay.RelayBed.media;
import static io.millrace.worker.webrtc.relay.RelayBed.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Intent;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.webrtc.codec.TestStun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MediaRelayTest {

    private static final byte[] DTLS_ALERT = {21, (byte) 0xfe, (byte) 0xfd, 0, 0};

    private final RelayBed bed = new RelayBed();

    @AfterEach
    void stop() {
        bed.close();
    }

    private void expectOne() {
        bed.relay.expect(bed.route(UFRAG));
    }

    private void sessionIsOver() {
        await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> {
            assertThat(bed.sessions.size()).isZero();
            assertThat(bed.relay.sessions()).isEmpty();
            assertThat(bed.addresses()).isZero();
            assertThat(bed.metrics.active(RelayMetrics.Transport.UDP)).isZero();
        });
    }

    @Test
    void passesEverythingBothWaysOnceTheOriginAcceptedTheClient() {
        expectOne();
        bed.rtc.echo();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            for (int i = 0; i < 500; i++) {
                client.send(media(i));
                assertThat(client.receive()).isEqualTo(media(i));
            }
            byte[] hello = {22, (byte) 0xfe, (byte) 0xfd, 0};
            client.send(hello);
            assertThat(client.receive()).isEqualTo(hello);
            byte[] ping = TestStun.of(TestStun.GOOG_PING, 5).bytes();
            client.send(ping);
            assertThat(client.receive())
                    .as("the origin's own request goes to the client")
                    .isEqualTo(ping);
        }
        assertThat(bed.rtc.peers).hasSize(1);
    }

    /** The kernel spreads the clients' addresses over the sockets of all loops; sixteen of them do not all meet one. */
    @Test
    void viewersShareOneLoopWhileOneSufficesAndAreKnownOnAllAtOnce() {
        bed.rtc.echo();
        List<TestPeer> viewers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String ufrag = "viewer" + i;
            bed.relay.expect(bed.route(ufrag));
            TestPeer viewer = bed.acceptedClient(ufrag, 100 + i);
            viewer.send(media(i));
            assertThat(viewer.receive()).isEqualTo(media(i));
            viewers.add(viewer);
        }
        assertThat(bed.relay.sessions().stream().map(RelaySession::loop).distinct())
                .hasSize(1);
        viewers.forEach(TestPeer::close);
    }

    @Test
    void listsTheSessionWithWhatSignallingTold() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            client.send(media(1));
            bed.rtc.receive();
            await().untilAsserted(() -> {
                assertThat(bed.session().stream()).isEqualTo(Fixtures.STREAM);
                assertThat(bed.session().intent()).isEqualTo(Intent.PLAY);
                assertThat(bed.session().clientAddress()).isEqualTo("127.0.0.1:" + client.socket.getLocalPort());
                assertThat(bed.session().bytesIn()).isGreaterThan(1_200);
                assertThat(bed.session().relaying()).isPresent();
                assertThat(bed.metrics.active(RelayMetrics.Transport.UDP)).isEqualTo(1);
            });
        }
    }

    @Test
    void findsASessionThatWasSignalledAtAnotherWorker() {
        bed.book.routes.put(UFRAG, bed.route(UFRAG));
        try (TestPeer client = bed.client()) {
            client.send(TestStun.check(1, UFRAG, "good"));
            await().until(() -> bed.book.asked.contains(UFRAG));
            await().until(() -> {
                client.send(TestStun.check(2, UFRAG, "good"));
                return client.receive(100).length > 0;
            });
            assertThat(bed.book.asked).as("asked once").containsExactly(UFRAG);
            await().untilAsserted(() -> assertThat(bed.session().stream()).isEqualTo(Fixtures.STREAM));
        }
    }

    @Test
    void aUfragOfOursLeadsToItsOriginWithoutAnybodyElse() {
        bed.book.isAway = true;
        bed.rtc.echo();
        String ufrag = bed.ufrags.write(bed.origin.id(), Intent.PLAY);
        try (TestPeer client = bed.acceptedClient(ufrag, 1)) {
            client.send(media(1));
            assertThat(client.receive()).isEqualTo(media(1));
            assertThat(bed.sessions.size()).isZero();
            bed.book.isAway = false;
            bed.book.routes.put(ufrag, bed.route(ufrag));
            bed.clock.advance(Duration.ofSeconds(2));
            await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> {
                client.send(media(2));
                assertThat(bed.session().bytesIn())
                        .as("what came before counts")
                        .isGreaterThan(2_400);
            });
        }
    }

    @Test
    void nobodyButTheOriginGetsMediaBeforeItAcceptedAnAddress() {
        expectOne();
        try (TestPeer liar = bed.client()) {
            liar.send(TestStun.nomination(1, UFRAG, "evil"));
            await().until(() -> bed.rtc.checks.size() == 1);
            liar.send(media(1));
            bed.rtc.send(0, media(2));
            assertThat(liar.hearsNothingFor(200)).isTrue();
            assertThat(bed.rtc.waiting()).isZero();
            assertThat(bed.metrics.drops(Drop.UNKNOWN_ADDRESS)).isEqualTo(1);
            assertThat(bed.metrics.drops(Drop.NO_CLIENT)).isEqualTo(1);
            assertThat(bed.sessions.size()).isZero();
            assertThat(bed.addresses()).isZero();
        }
    }

    @Test
    void aStrangerWhoKnowsTheNameDoesNotGetTheMedia() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1);
                TestPeer liar = bed.client()) {
            for (int i = 0; i < 60; i++) {
                liar.send(TestStun.nomination(100 + i, UFRAG, "evil"));
                liar.send(media(i));
            }
            await().until(() -> bed.metrics.drops(Drop.WRONG_CLIENT) == 60);
            bed.rtc.send(0, media(3));
            assertThat(client.receive()).isEqualTo(media(3));
            assertThat(liar.hearsNothingFor(200)).isTrue();
            assertThat(bed.rtc.waiting()).isZero();
        }
    }

    @Test
    void strangersWhoKnowTheNameDoNotCostTheClientItsAnswers() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1);
                TestPeer liar = bed.client()) {
            bed.rtc.silent();
            client.send(TestStun.check(2, UFRAG, "good"));
            await().until(() -> bed.rtc.checks.size() == 2);
            for (int i = 0; i < 60; i++) {
                liar.send(TestStun.check(100 + i, UFRAG, "good"));
            }
            await().until(() -> bed.rtc.checks.size() == 62);
            bed.rtc.send(0, success(2));
            client.awaitExactly(success(2));
        }
    }

    @Test
    void aGenuineCheckSentAgainFromElsewhereProvesNothing() {
        expectOne();
        try (TestPeer client = bed.client();
                TestPeer liar = bed.client()) {
            byte[] nomination = TestStun.nomination(1, UFRAG, "good");
            client.send(nomination);
            client.awaitExactly(success(1));
            liar.send(nomination);
            await().until(() -> bed.metrics.drops(Drop.REPLAYED) == 1);
            bed.rtc.send(0, media(3));
            assertThat(client.receive()).isEqualTo(media(3));
            assertThat(liar.hearsNothingFor(200)).isTrue();
            client.send(nomination);
            assertThat(client.receive()).as("the client itself may repeat it").isEqualTo(success(1));
        }
    }

    /** As browsers do towards origins of the lite kind. */
    @Test
    void mediaStaysWhereTheClientsOwnComesFromWhenItNominatesAllItsWays() {
        expectOne();
        try (TestPeer chosen = bed.acceptedClient(UFRAG, 1);
                TestPeer spare = bed.client()) {
            chosen.send(media(1));
            bed.rtc.receive();
            spare.send(TestStun.nomination(2, UFRAG, "good"));
            spare.awaitExactly(success(2));
            bed.rtc.send(0, media(3));
            assertThat(chosen.receive()).isEqualTo(media(3));
            spare.send(media(4));
            bed.rtc.receive();
            bed.rtc.send(0, media(5));
            assertThat(spare.receive()).as("the client has chosen anew").isEqualTo(media(5));
        }
    }

    @Test
    void mediaFollowsAClientThatNominatesItsNewAddress() {
        expectOne();
        try (TestPeer before = bed.acceptedClient(UFRAG, 1);
                TestPeer after = bed.acceptedClient(UFRAG, 2)) {
            bed.rtc.send(0, media(1));
            assertThat(before.receive())
                    .as("another address that was accepted is not nominated yet")
                    .isEqualTo(media(1));
            after.send(TestStun.nomination(3, UFRAG, "good"));
            after.awaitExactly(success(3));
            bed.rtc.send(0, media(2));
            assertThat(after.receive()).isEqualTo(media(2));
            assertThat(before.hearsNothingFor(100)).isTrue();
            assertThat(bed.rtc.peers).as("for the origin nothing changed").hasSize(1);
            assertThat(bed.addresses()).isEqualTo(2);
        }
    }

    @Test
    void mediaFollowsTheClientsOwnMediaOnceTheOldAddressIsSilent() {
        expectOne();
        try (TestPeer before = bed.acceptedClient(UFRAG, 1);
                TestPeer after = bed.acceptedClient(UFRAG, 2)) {
            await().atMost(Duration.ofSeconds(8)).until(() -> {
                after.send(media(1));
                bed.rtc.send(0, media(9));
                return after.receive(100).length > 0;
            });
            while (before.receive(50).length > 0) {
                // What came while it still was the client's address.
            }
            bed.rtc.send(0, media(2));
            after.awaitExactly(media(2));
            assertThat(before.hearsNothingFor(100)).isTrue();
        }
    }

    @Test
    void keepsFewAddressesPerSession() {
        expectOne();
        List<TestPeer> clients = java.util.stream.LongStream.range(1, 12)
                .mapToObj(i -> bed.acceptedClient(UFRAG, i))
                .toList();
        await().untilAsserted(() -> assertThat(bed.addresses()).isEqualTo(4));
        bed.rtc.send(0, media(1));
        assertThat(clients.getFirst().receive()).isEqualTo(media(1));
        clients.forEach(TestPeer::close);
    }

    @Test
    void anAddressStaysWithItsSession() {
        expectOne();
        bed.relay.expect(bed.route("another"));
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            client.send(TestStun.nomination(2, "another", "good"));
            await().until(() -> bed.metrics.drops(Drop.ADDRESS_IN_USE) == 1);
            bed.clock.advance(Duration.ofSeconds(11));
            client.send(TestStun.nomination(3, "another", "good"));
            assertThat(client.receive())
                    .as("a new session of a client that gave up the old one")
                    .isEqualTo(success(3));
            bed.rtc.echo();
            client.send(media(1));
            assertThat(client.receive()).isEqualTo(media(1));
            assertThat(bed.rtc.peers).hasSize(2);
        }
    }

    @Test
    void endsASessionThatFellSilent() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            await().until(() -> bed.sessions.size() == 1);
            bed.book.routes.put(UFRAG, bed.route(UFRAG));
            await().pollInterval(Duration.ofMillis(1_200)).until(() -> {
                bed.clock.advance(Duration.ofSeconds(31));
                return bed.sessions.size() == 0;
            });
            sessionIsOver();
            assertThat(bed.book.routes).as("it may go on at another worker").containsKey(UFRAG);
            assertThat(bed.endedAtOrigin).isEmpty();
            client.send(media(1));
            await().until(() -> bed.metrics.drops(Drop.UNKNOWN_ADDRESS) == 1);
        }
    }

    @Test
    void aCloseAlertEndsTheSessionSoonUnlessTheClientGoesOn() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            await().until(() -> bed.sessions.size() == 1);
            client.send(DTLS_ALERT);
            assertThat(bed.rtc.receive()).isEqualTo(DTLS_ALERT);
            bed.accept(client, UFRAG, 2);
            bed.clock.advance(Duration.ofSeconds(4));
            bed.awaitTicks();
            assertThat(bed.sessions.size()).isEqualTo(1);
            client.send(DTLS_ALERT);
            bed.rtc.receive();
            bed.awaitTicks();
            assertThat(bed.sessions.size()).isEqualTo(1);
            bed.clock.advance(Duration.ofSeconds(4));
            sessionIsOver();
        }
    }

    @Test
    void aKickedClientIsOutAndItsOriginKnows() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            await().until(() -> bed.sessions.size() == 1);
            bed.session().end(CloseReason.KICKED, "by a test");
            await().until(() -> bed.endedAtOrigin.equals(List.of("/rtc/v1/whip/?id=" + UFRAG)));
            bed.rtc.send(0, DTLS_ALERT);
            assertThat(client.receive()).as("the origin's close alert").isEqualTo(DTLS_ALERT);
            sessionIsOver();
            client.send(TestStun.check(2, UFRAG, "good"));
            await().until(() -> bed.metrics.drops(Drop.ENDED) == 1);
            assertThat(bed.relay.sessions()).isEmpty();
        }
    }

    @Test
    void aSessionEndedBySignallingIsOver() {
        expectOne();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1)) {
            await().until(() -> bed.sessions.size() == 1);
            bed.book.routes.put(UFRAG, bed.route(UFRAG));
            bed.relay.ended(UFRAG, "DELETE");
            sessionIsOver();
            assertThat(bed.book.routes).isEmpty();
            assertThat(bed.endedAtOrigin).as("the origin knows already").isEmpty();
            assertThat(client.socket.isClosed()).isFalse();
        }
    }

    @Test
    void aDrainingWorkerTakesNoNewSessions() {
        expectOne();
        bed.relay.expect(bed.route("another"));
        bed.rtc.echo();
        try (TestPeer client = bed.acceptedClient(UFRAG, 1);
                TestPeer late = bed.client()) {
            bed.relay.refuseNew();
            late.send(TestStun.check(2, "another", "good"));
            await().until(() -> bed.metrics.drops(Drop.DRAINING) == 1);
            client.send(media(1));
            assertThat(client.receive()).isEqualTo(media(1));
        }
    }

    @Test
    void tellsOnceThatNothingListensAtTheOrigin() {
        expectOne();
        bed.rtc.close();
        try (TestPeer client = bed.client()) {
            await().until(() -> {
                client.send(TestStun.check(System.nanoTime(), UFRAG, "good"));
                return !bed.router.failed.isEmpty();
            });
            for (int i = 0; i < 10; i++) {
                client.send(TestStun.check(i, UFRAG, "good"));
            }
            assertThat(bed.router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(OriginObservation.Failure.REFUSED);
            bed.clock.advance(Duration.ofSeconds(11));
            sessionIsOver();
        }
    }

    @Test
    void saysAgainThatALongSessionIsInUse() {
        try (RelayBed patient = new RelayBed(Duration.ofHours(1))) {
            patient.relay.expect(patient.route(UFRAG));
            try (TestPeer client = patient.acceptedClient(UFRAG, 1)) {
                await().until(() -> patient.sessions.size() == 1);
                patient.clock.advance(Duration.ofMinutes(10));
                await().atMost(Duration.ofSeconds(5)).until(() -> patient.book.put.equals(List.of(UFRAG)));
                assertThat(client.socket.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aPlayerOfWhatNobodyPublishesSaysSoonerThatItWaitsAndIsOneOfABoundedNumber() {
        try (RelayBed patient = new RelayBed(Duration.ofHours(1))) {
            patient.relay.expect(patient.waitingRoute(UFRAG, "show"));
            patient.relay.expect(patient.waitingRoute("madeUpUfrag", "made-up"));
            try (TestPeer waits = patient.acceptedClient(UFRAG, 1);
                    TestPeer scanner = patient.client()) {
                await().until(() -> patient.sessions.size() == 1);
                scanner.send(TestStun.check(2, "madeUpUfrag", "good"));
                await().until(() -> patient.endedAtOrigin.size() == 1);
                assertThat(patient.session().stream().stream()).isEqualTo("show");
                patient.clock.advance(Duration.ofSeconds(40));
                await().atMost(Duration.ofSeconds(5)).until(() -> patient.book.put.equals(List.of(UFRAG)));
                assertThat(waits.socket.isClosed()).isFalse();
            }
        }
    }
}
