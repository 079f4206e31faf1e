package io.millrace.worker.access.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.access.VhostUse;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VhostLimiterTest {

    private static final StreamKey SHOW = StreamKey.parse("v/live/show");
    private static final StreamKey OTHER = StreamKey.parse("w/live/show");

    private final TestClock clock = new TestClock();
    private final SessionTable sessions = Fixtures.sessionTable(clock, 1_000);
    private long nanos;
    private final VhostLimiter limiter = new VhostLimiter(sessions, () -> nanos);
    private final List<String> ended = new ArrayList<>();
    private final AtomicInteger reports = new AtomicInteger();

    @BeforeEach
    void admit() {
        sessions.admitBy(limiter);
        limiter.onFull(reports::incrementAndGet);
    }

    private static VhostLimits limit(
            @Nullable Integer publishers,
            @Nullable Integer viewers,
            @Nullable Integer kbps,
            @Nullable Integer ofAddress) {
        return new VhostLimits("v", publishers, viewers, kbps, ofAddress);
    }

    private static VhostGrant grant(@Nullable Integer publishers, @Nullable Integer viewers, String... full) {
        return new VhostGrant("v", publishers, viewers, List.of(full));
    }

    private OpenResult open(Protocol protocol, Intent intent, StreamKey stream, String client) {
        return sessions.open(
                new Permit(protocol, intent, stream, client, null),
                (reason, detail) -> ended.add(client + " " + reason));
    }

    private OpenResult play(String client) {
        return open(Protocol.RTMP, Intent.PLAY, SHOW, client);
    }

    private static Session session(OpenResult result) {
        assertThat(result).isInstanceOf(OpenResult.Opened.class);
        return ((OpenResult.Opened) result).session();
    }

    private static CloseReason reason(OpenResult result) {
        assertThat(result).isInstanceOf(OpenResult.Refused.class);
        return ((OpenResult.Refused) result).reason();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void viewersOfEveryProtocolCountTogetherAndApartFromPublishers(Protocol protocol) {
        limiter.use(List.of(limit(1, 2, null, null)));
        session(play("192.0.2.1:1"));
        Session second = session(open(protocol, Intent.PLAY, SHOW, "192.0.2.2:1"));
        assertThat(reason(open(protocol, Intent.PLAY, SHOW, "192.0.2.3:1"))).isEqualTo(CloseReason.VHOST_FULL);
        session(open(protocol, Intent.PUBLISH, SHOW, "192.0.2.4:1"));
        assertThat(reason(play("192.0.2.3:2"))).isEqualTo(CloseReason.VHOST_FULL);
        session(open(protocol, Intent.PLAY, OTHER, "192.0.2.3:1"));

        sessions.close(second, CloseReason.PEER_CLOSED, "");
        session(open(protocol, Intent.PLAY, SHOW, "192.0.2.3:1"));
        assertThat(limiter.use()).containsExactly(new VhostUse("v", 1, 2, 0));
    }

    @Test
    void withoutLimitsNothingIsCounted() {
        play("192.0.2.1:1");
        assertThat(limiter.use()).isEmpty();
        limiter.granted(List.of(grant(0, 0)));
        session(play("192.0.2.1:2"));
        assertThat(reports).hasValue(0);
    }

    @Test
    void whatRunsWhenALimitComesIsCounted() {
        session(play("192.0.2.1:1"));
        Session second = session(play("192.0.2.2:1"));
        limiter.use(List.of(limit(null, 2, null, null)));
        assertThat(limiter.use()).containsExactly(new VhostUse("v", 0, 2, 0));
        assertThat(reason(play("192.0.2.3:1"))).isEqualTo(CloseReason.VHOST_FULL);
        sessions.close(second, CloseReason.PEER_CLOSED, "");
        session(play("192.0.2.3:1"));
        limiter.use(List.of());
        session(play("192.0.2.4:1"));
        assertThat(limiter.use()).isEmpty();
    }

    @Test
    void whoCameFirstStaysFirstWhenLimitsChange() {
        for (int i = 0; i < 40; i++) {
            clock.advance(Duration.ofSeconds(1));
            play("192.0.2." + i + ":1");
        }
        limiter.use(List.of(limit(null, 100, null, null)));
        clock.advance(Duration.ofSeconds(1));
        play("192.0.2.40:1");
        limiter.use(List.of(limit(null, 50, null, null)));
        limiter.granted(List.of(grant(null, 38)));
        assertThat(ended)
                .containsExactly("192.0.2.40:1 VHOST_FULL", "192.0.2.39:1 VHOST_FULL", "192.0.2.38:1 VHOST_FULL");
    }

    @Test
    void whatTheControlPlaneGrantsCountsUntilItSaysMore() {
        limiter.use(List.of(limit(2, 10, null, null)));
        limiter.granted(List.of(grant(1, 1)));
        session(play("192.0.2.1:1"));
        assertThat(reason(play("192.0.2.2:1"))).isEqualTo(CloseReason.VHOST_FULL);
        session(open(Protocol.SRT, Intent.PUBLISH, SHOW, "192.0.2.2:1"));
        assertThat(reason(open(Protocol.SRT, Intent.PUBLISH, SHOW, "192.0.2.2:2")))
                .isEqualTo(CloseReason.VHOST_FULL);
        limiter.granted(List.of());
        assertThat(reason(play("192.0.2.2:1"))).as("the last numbers stay").isEqualTo(CloseReason.VHOST_FULL);
        limiter.granted(List.of(grant(1, 2)));
        session(play("192.0.2.2:1"));
        limiter.use(List.of(limit(2, 1, null, null)));
        assertThat(reason(play("192.0.2.3:1")))
                .as("a lower limit counts before it is granted")
                .isEqualTo(CloseReason.VHOST_FULL);
    }

    @Test
    void theNewestViewersAreEndedAndNoPublisher() {
        limiter.use(List.of(limit(5, 10, null, null)));
        for (int i = 1; i <= 4; i++) {
            play("192.0.2." + i + ":1");
            open(Protocol.RTMP, Intent.PUBLISH, SHOW, "192.0.2.2" + i + ":1");
        }
        limiter.granted(List.of(grant(1, 2)));
        assertThat(ended).containsExactly("192.0.2.4:1 VHOST_FULL", "192.0.2.3:1 VHOST_FULL");
        limiter.granted(List.of(grant(1, 2)));
        assertThat(ended)
                .as("until they have ended, no others are")
                .containsOnly("192.0.2.4:1 VHOST_FULL", "192.0.2.3:1 VHOST_FULL");
    }

    @Test
    void asksForMoreWhenItHasAllThatItMayButNotAllTheTime() {
        limiter.use(List.of(limit(null, 10, null, null)));
        play("192.0.2.1:1");
        assertThat(reports).as("it was told nothing yet").hasValue(1);
        limiter.granted(List.of(grant(null, 3)));
        nanos += Duration.ofSeconds(1).toNanos();
        play("192.0.2.2:1");
        assertThat(reports).hasValue(1);
        play("192.0.2.3:1");
        assertThat(reports).as("the next would be refused").hasValue(2);
        for (int i = 0; i < 100; i++) {
            assertThat(reason(play("192.0.2.9:" + (i + 1)))).isEqualTo(CloseReason.VHOST_FULL);
        }
        assertThat(reports).hasValue(2);
        nanos += Duration.ofMillis(500).toNanos();
        play("192.0.2.9:1");
        assertThat(reports).hasValue(3);
    }

    @Test
    void anAddressHasNoMoreSessionsThanItMay() {
        limiter.use(List.of(limit(null, null, null, 2)));
        session(play("192.0.2.1:1"));
        session(open(Protocol.SRT, Intent.PUBLISH, SHOW, "192.0.2.1:2"));
        assertThat(reason(play("192.0.2.1:3"))).isEqualTo(CloseReason.TOO_MANY_OF_ADDRESS);
        session(play("192.0.2.2:1"));
        session(open(Protocol.RTMP, Intent.PLAY, OTHER, "192.0.2.1:3"));
        limiter.granted(List.of(grant(null, null, "192.0.2.3")));
        assertThat(reason(play("192.0.2.3:1")))
                .as("it has them at other workers")
                .isEqualTo(CloseReason.TOO_MANY_OF_ADDRESS);
        session(play("[2001:db8::1]:1"));
        session(play("[2001:db8::2]:1"));
        assertThat(reason(play("[2001:db8::3]:1"))).isEqualTo(CloseReason.TOO_MANY_OF_ADDRESS);
    }

    @Test
    void aRequestForASessionThatOpensLaterIsCheckedAndNotCounted() {
        limiter.use(List.of(limit(null, 1, null, null)));
        for (int i = 0; i < 3; i++) {
            assertThat(sessions.refusal(new Permit(Protocol.WEBRTC, Intent.PLAY, SHOW, "192.0.2.1:1", null), true))
                    .isEmpty();
        }
        session(play("192.0.2.1:1"));
        assertThat(sessions.refusal(new Permit(Protocol.WEBRTC, Intent.PLAY, SHOW, "192.0.2.1:1", null), true))
                .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo(CloseReason.VHOST_FULL));
        assertThat(sessions.refusal(new Permit(Protocol.HLS, Intent.PLAY, SHOW, "192.0.2.1:1", null), false))
                .as("of a session that runs")
                .isEmpty();
    }

    @Test
    void aBitrateIsThatOfTheViewersThatAreThere() {
        limiter.use(List.of(limit(null, null, 10_000, null)));
        Session one = session(play("192.0.2.1:1"));
        Session two = session(play("192.0.2.2:1"));
        session(open(Protocol.RTMP, Intent.PUBLISH, SHOW, "192.0.2.3:1")).countIn(1_000_000_000);
        for (int second = 0; second < 60; second++) {
            nanos += Duration.ofSeconds(1).toNanos();
            one.countOut(125_000);
            two.countOut(250_000);
            limiter.use();
        }
        assertThat(kbps()).isCloseTo(3_000, within(60));
        sessions.close(two, CloseReason.PEER_CLOSED, "");
        assertThat(kbps()).isCloseTo(1_000, within(20));
    }

    @Test
    void theBurstWithWhichAPlayerBeginsIsNotTakenForItsRate() {
        limiter.use(List.of(limit(null, null, 10_000, null)));
        session(play("192.0.2.1:1")).countOut(3 * 125_000);
        nanos += Duration.ofMillis(100).toNanos();
        assertThat(kbps()).isLessThan(1_100);
    }

    private int kbps() {
        return limiter.use().getFirst().kbps();
    }
}
