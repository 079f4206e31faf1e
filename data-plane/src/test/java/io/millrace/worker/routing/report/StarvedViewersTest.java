package io.millrace.worker.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StarvedViewersTest {

    /** Of a stream of 3 Mbit/s between two samples. */
    private static final long STREAM = 3_000_000 / 8 * StarvedViewers.PERIOD.toSeconds();

    private static final long KEEP_ALIVE = 500;

    /** 100 kbit/s between two samples. */
    private static final long TRICKLE = 62_500;

    private final TestClock clock = new TestClock();
    private final SessionTable sessions = Fixtures.sessionTable(clock, 100);
    private final List<OriginObservation> told = new ArrayList<>();
    private final StarvedViewers watch = new StarvedViewers(sessions::sessions, told::add, clock);
    private final Origin origin = Fixtures.origin("grey");
    private final List<Session> publishers = new ArrayList<>();
    private final List<Session> viewers = new ArrayList<>();

    private Session open(Protocol protocol, Intent intent, String stream, String host, Origin at) {
        OpenResult opening = sessions.open(
                new Permit(protocol, intent, StreamKey.parse("v/live/" + stream), host + ":5000", null), (r, d) -> {});
        if (opening instanceof OpenResult.Opened(Session session)) {
            sessions.relaying(session, at, 1);
            return session;
        }
        throw new AssertionError(opening);
    }

    private void publish(Protocol protocol, String stream) {
        publishers.add(open(protocol, Intent.PUBLISH, stream, "10.0.0.1", origin));
    }

    private Session view(Protocol protocol, String stream, String host) {
        Session viewer = open(protocol, Intent.PLAY, stream, host, origin);
        viewers.add(viewer);
        return viewer;
    }

    @BeforeEach
    void twoStreams() {
        publish(Protocol.RTMP, "a");
        publish(Protocol.RTMP, "b");
    }

    /** Each publisher publishes, each viewer gets that much. */
    private void looks(int times, long perViewer) {
        for (int i = 0; i < times; i++) {
            publishers.forEach(publisher -> publisher.countIn(STREAM));
            viewers.forEach(viewer -> viewer.countOut(perViewer));
            watch.sample();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RTMP, RTMP, 0",
        "RTMP, RTMP, 62500",
        "RTMP, FLV, 500",
        "SRT, SRT, 500",
        "RTSP, RTSP, 0",
        "WEBRTC, WEBRTC, 500"
    })
    void tellsOfAnOriginThatDeliversNothingToAnybody(Protocol publisher, Protocol viewer, long got) {
        publish(publisher, "c");
        publish(publisher, "d");
        view(viewer, "c", "10.0.0.2");
        view(viewer, "d", "10.0.0.3");
        looks(2, got);
        assertThat(told).as("once may be chance").isEmpty();
        looks(1, got);
        assertThat(told).singleElement().satisfies(observation -> {
            assertThat(observation.origin()).isEqualTo(origin.id());
            assertThat(observation.failure()).isEqualTo(OriginObservation.Failure.TIMEOUT);
            assertThat(observation.detail())
                    .isEqualTo("it accepts 2 streams and delivers next to nothing of them to 2 viewers");
        });
        looks(2, got);
        assertThat(told).as("again while it lasts").hasSize(3);
        looks(1, STREAM);
        assertThat(told).hasSize(3);
    }

    @Test
    void whoGetsTheStreamClearsTheOrigin() {
        view(Protocol.RTMP, "a", "10.0.0.2");
        view(Protocol.RTMP, "b", "10.0.0.3");
        Session served = open(Protocol.RTMP, Intent.PLAY, "b", "10.0.0.4", origin);
        for (int i = 0; i < 5; i++) {
            served.countOut(STREAM);
            looks(1, 0);
        }
        assertThat(told).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one stream is not enough, RTMP, RTMP, a, 10.0.0.3, 0",
        "one host is not enough, RTMP, RTMP, b, 10.0.0.2, 0",
        "a stream that would have to be converted does not count, WEBRTC, RTSP, b, 10.0.0.3, 0",
        "sound alone is not nothing, FLV, FLV, b, 10.0.0.3, " + TRICKLE
    })
    void twoViewersAreNotEnough(
            String why, Protocol first, Protocol second, String secondStream, String secondHost, long got) {
        view(first, "a", "10.0.0.2");
        view(second, secondStream, secondHost);
        looks(5, got);
        assertThat(told).as(why).isEmpty();
    }

    @Test
    void aViewerWhoseNetworkHeldTheStreamBackDoesNotCount() {
        view(Protocol.RTMP, "a", "10.0.0.2");
        view(Protocol.RTMP, "b", "10.0.0.3").countStall();
        looks(5, 0);
        assertThat(told).isEmpty();
    }

    @Test
    void aPublisherThatSendsLittleDoesNotCount() {
        view(Protocol.RTMP, "a", "10.0.0.2");
        view(Protocol.RTMP, "b", "10.0.0.3");
        for (int i = 0; i < 5; i++) {
            publishers.forEach(publisher -> publisher.countIn(KEEP_ALIVE));
            watch.sample();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void viewersAtAnotherOriginDoNotCount() {
        for (String stream : List.of("a", "b")) {
            viewers.add(open(Protocol.RTMP, Intent.PLAY, stream, "10.0.1." + viewers.size(), Fixtures.origin("other")));
        }
        looks(5, 0);
        assertThat(told).isEmpty();
    }
}
