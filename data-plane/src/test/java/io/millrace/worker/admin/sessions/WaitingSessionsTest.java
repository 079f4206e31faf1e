package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingSessionsTest {

    private static final int ALL = 50;
    private static final int PER_ADDRESS = 10;

    private final WaitingSessions waiting = new WaitingSessions(new SessionLimits(1_000, 100, ALL, PER_ADDRESS));
    private int id;

    private Session session(String address, String stream) {
        return new Session(
                "s-" + ++id,
                new Permit(Protocol.RTMP, Intent.PLAY, StreamKey.parse("v/live/" + stream), address, null),
                Instant.EPOCH,
                (reason, detail) -> {},
                waiting);
    }

    private List<Session> scan(String address, int names) {
        List<Session> admitted = new ArrayList<>();
        for (int i = 0; i < names; i++) {
            Session session = session(address + ":" + (1_000 + i), "made-up-" + address + i);
            if (session.mayWait()) {
                admitted.add(session);
            }
        }
        return admitted;
    }

    @Test
    void oneAddressMayWaitForSoManyStreamsAndOthersDoNotNotice() {
        assertThat(scan("192.0.2.1", 100)).hasSize(PER_ADDRESS);
        assertThat(session("192.0.2.1:9", "show").mayWait()).isFalse();
        assertThat(session("192.0.2.2:9", "show").mayWait()).isTrue();
    }

    @Test
    void addressesOfOneIpv6NetworkCountAsOne() {
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            admitted += session("[2001:db8::1:" + Integer.toHexString(i) + "]:5000", "made-up-" + i)
                            .mayWait()
                    ? 1
                    : 0;
        }
        assertThat(admitted).isEqualTo(PER_ADDRESS);
    }

    @Test
    void allAddressesTogetherAreBoundedToo() {
        int admitted = 0;
        for (int i = 0; i < 2 * ALL; i++) {
            admitted += scan("192.0.2." + i, 2).size();
        }
        assertThat(admitted).isEqualTo(ALL);
        assertThat(waiting.streams()).isEqualTo(ALL);
    }

    @Test
    void aThousandViewersOfOneAddressMayWaitForOneShow() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(session("192.0.2.1:" + i, "show").mayWait()).isTrue();
        }
        assertThat(waiting.streams()).isEqualTo(1);
    }

    @Test
    void whoeverLeavesMakesRoom() {
        List<Session> admitted = scan("192.0.2.1", 100);
        admitted.forEach(waiting::remove);
        admitted.forEach(waiting::remove);
        assertThat(waiting.streams()).isZero();
        assertThat(scan("192.0.2.1", 100)).hasSize(PER_ADDRESS);
    }

    @Test
    void whoeverHasEndedDoesNotBeginToWait() {
        Session session = session("192.0.2.1:1", "show");
        session.markClosed();
        assertThat(session.mayWait()).isFalse();
        assertThat(waiting.streams()).isZero();
    }

    @Test
    void oneOfTwoWhoWaitForAStreamLeavesItsRoomToTheOther() {
        Session one = session("192.0.2.1:1", "show");
        Session two = session("192.0.2.1:2", "show");
        assertThat(one.mayWait()).isTrue();
        assertThat(two.mayWait()).isTrue();
        assertThat(two.mayWait()).isTrue();
        waiting.remove(one);
        assertThat(waiting.streams()).isEqualTo(1);
        waiting.remove(two);
        assertThat(waiting.streams()).isZero();
    }

    @Test
    void whoeverPlaysMediaWaitsNoLonger() {
        List<Session> admitted = scan("192.0.2.1", 100);
        waiting.sweep(Instant.EPOCH);
        assertThat(waiting.streams()).isEqualTo(PER_ADDRESS);
        admitted.getFirst().countOut(WaitingSessions.MEDIA_BYTES);
        waiting.sweep(Instant.EPOCH);
        assertThat(waiting.streams()).isEqualTo(PER_ADDRESS - 1);
        assertThat(session("192.0.2.1:9", "show").mayWait()).isTrue();
    }

    @Test
    void whoAgreedOnASessionWaitsUntilItIsExpectedNoLonger() {
        Instant now = Instant.EPOCH;
        int admitted = 0;
        for (int i = 0; i < 2 * PER_ADDRESS; i++) {
            admitted += waiting.expect(StreamKey.parse("v/live/agreed-" + i), "192.0.2.1:" + i, now)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(admitted).isEqualTo(PER_ADDRESS);
        assertThat(session("192.0.2.1:9", "show").mayWait()).isFalse();
        assertThat(session("192.0.2.1:9", "agreed-0").mayWait()).isTrue();

        waiting.sweep(now.plus(WaitingSessions.EXPECTED_FOR).minusNanos(1));
        assertThat(waiting.streams()).isEqualTo(PER_ADDRESS);
        waiting.sweep(now.plus(WaitingSessions.EXPECTED_FOR));
        assertThat(waiting.streams()).as("the one whose session began").isEqualTo(1);
    }

    @Test
    void anAgreementThatCameToNothingIsTakenBack() {
        for (int i = 0; i < 2 * PER_ADDRESS; i++) {
            waiting.expect(StreamKey.parse("v/live/agreed-" + i), "192.0.2.1:" + i, Instant.EPOCH)
                    .orElseThrow()
                    .run();
        }
        assertThat(waiting.streams()).isZero();
    }
}
