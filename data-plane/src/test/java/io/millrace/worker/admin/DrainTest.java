package io.millrace.worker.admin;

import static io.millrace.worker.admin.sessions.Fixtures.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Intent;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DrainTest {

    private final SessionTable sessions = Fixtures.sessionTable(new TestClock(), 10);
    private final List<String> happened = new CopyOnWriteArrayList<>();

    private Drain drain(Duration grace, Duration force) {
        return new Drain(
                new DrainLimits(grace, force), sessions, () -> happened.add("exit"), () -> happened.add("halt"));
    }

    @Test
    void waitsForSessionsToEndByThemselves() {
        Drain drain = drain(Duration.ofMinutes(1), Duration.ofMinutes(2));
        drain.onBegin("listener", () -> happened.add("closed"));
        Session session = open(sessions, Intent.PLAY, (reason, detail) -> happened.add("ended"));

        var done = drain.begin("test").toCompletableFuture();
        await().until(() -> happened.contains("closed"));
        assertThat(done).isNotDone();
        assertThat(drain.isDraining()).isTrue();

        sessions.close(session, CloseReason.PEER_CLOSED, "");
        await().until(done::isDone);
        await().untilAsserted(() -> assertThat(happened).containsExactly("closed", "exit"));
    }

    @Test
    void endsThoseThatRemainAfterTheGraceTime() {
        Drain drain = drain(Duration.ofMillis(50), Duration.ofMinutes(1));
        AtomicReference<Session> opened = new AtomicReference<>();
        opened.set(open(sessions, Intent.PLAY, (reason, detail) -> {
            happened.add(reason.name());
            sessions.close(opened.get(), reason, detail);
        }));

        drain.begin("test");
        await().untilAsserted(() -> assertThat(happened).containsExactly("DRAINED", "exit"));
    }

    @Test
    void endsSessionsBeforeTheForceLimitWhenTheGraceTimeIsAsLong() {
        Drain drain = drain(Duration.ofMillis(400), Duration.ofMillis(400));
        AtomicReference<Session> opened = new AtomicReference<>();
        opened.set(open(sessions, Intent.PLAY, (reason, detail) -> {
            happened.add(reason.name());
            sessions.close(opened.get(), reason, detail);
        }));

        drain.begin("test");
        await().untilAsserted(() -> assertThat(happened).startsWith("DRAINED", "exit"));
    }

    @Test
    void haltsWhenASessionDoesNotGo() {
        Drain drain = drain(Duration.ofMillis(20), Duration.ofMillis(300));
        open(sessions, Intent.PLAY);

        drain.begin("test");
        await().untilAsserted(() -> assertThat(happened).containsExactly("exit", "halt"));
    }

    @Test
    void beginsOnceAndTellsLatecomersAtOnce() {
        Drain drain = drain(Duration.ofMinutes(1), Duration.ofMinutes(2));
        assertThat(drain.begin("one")).isSameAs(drain.begin("two"));
        await().until(() -> happened.contains("exit"));

        drain.onBegin("late listener", () -> happened.add("late"));
        assertThat(happened).containsExactly("exit", "late");
    }
}
