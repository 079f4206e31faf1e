package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreamTalliesTest {

    private static final OriginId A = new OriginId("a");
    private static final OriginId B = new OriginId("b");

    private final StreamTallies tallies = new StreamTallies(2);
    private int id;

    private Session session(String stream, Intent intent) {
        return new Session(
                "s-" + ++id,
                new Permit(Protocol.RTMP, intent, StreamKey.parse("v/live/" + stream), "10.0.0.1:1", null),
                Instant.EPOCH,
                (reason, detail) -> {},
                new WaitingSessions(new SessionLimits(1, 100, 1, 1)));
    }

    private StreamReport only() {
        assertThat(tallies.reports()).hasSize(1);
        return tallies.reports().getFirst();
    }

    @Test
    void namesThatNobodyPublishesPushOutNoTotals() {
        Session publisher = session("x", Intent.PUBLISH);
        tallies.add(publisher, A, 1);
        publisher.countIn(100);
        tallies.remove(publisher, A);
        for (int i = 0; i < 10; i++) {
            Session scanner = session("made-up-" + i, Intent.PLAY);
            tallies.add(scanner, B, 0);
            tallies.remove(scanner, B);
        }
        assertThat(tallies.reports()).isEmpty();
        Session again = session("x", Intent.PUBLISH);
        tallies.add(again, A, 1);
        assertThat(only().bytesIn()).isEqualTo(100);
    }

    @Test
    void countsBytesForThePlaceWhereTheyPassed() {
        Session session = session("x", Intent.PLAY);
        session.countOut(50);
        tallies.add(session, A, 1);
        session.countOut(100);
        tallies.remove(session, A);
        tallies.add(session, B, 2);
        session.countOut(7);
        assertThat(only()).isEqualTo(new StreamReport(StreamKey.parse("v/live/x"), B, 2, 0, 1, 0, 7));

        tallies.remove(session, B);
        tallies.add(session, A, 3);
        assertThat(only().bytesOut()).isEqualTo(100);
    }

    @Test
    void countsASessionOnceThatIsAddedOrRemovedTwice() {
        Session session = session("x", Intent.PUBLISH);
        tallies.add(session, A, 1);
        session.countIn(10);
        tallies.remove(session, A);
        tallies.remove(session, A);
        tallies.remove(session, B);
        assertThat(tallies.reports()).isEmpty();
        tallies.add(session, A, 2);
        assertThat(only().bytesIn()).isEqualTo(10);
        assertThat(only().publishers()).isEqualTo(1);
    }

    @Test
    void forgetsTheOldestIdleStreamButNoActiveOne() {
        Session active = session("active", Intent.PLAY);
        tallies.add(active, A, 1);
        for (String name : new String[] {"1", "2", "3"}) {
            Session session = session(name, Intent.PLAY);
            tallies.add(session, A, 1);
            session.countOut(5);
            tallies.remove(session, A);
        }
        assertThat(only().stream()).isEqualTo(active.stream());
        tallies.remove(active, A);

        Session forgotten = session("1", Intent.PLAY);
        tallies.add(forgotten, A, 1);
        assertThat(only().bytesOut()).isZero();
        tallies.remove(forgotten, A);
        tallies.add(session("3", Intent.PLAY), A, 1);
        assertThat(only().stream()).isEqualTo(StreamKey.parse("v/live/3"));
    }

    @Test
    void reportsTheEpochOfTheNewestSession() {
        tallies.add(session("x", Intent.PLAY), A, 5);
        tallies.add(session("x", Intent.PUBLISH), A, 6);
        assertThat(only().epoch()).isEqualTo(6);
        assertThat(only().viewers()).isEqualTo(1);
    }
}
