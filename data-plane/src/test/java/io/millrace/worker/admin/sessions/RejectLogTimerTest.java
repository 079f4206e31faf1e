package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.LogLines;
import io.millrace.worker.admin.TestClock;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RejectLogTimerTest {

    @Test
    void saysWhatWasOnlyCountedWithinASecondOrTwo() {
        TestClock clock = new TestClock();
        SessionTable sessions = Fixtures.sessionTable(clock, 1);
        RejectLogTimer timer = new RejectLogTimer(sessions);
        try (LogLines log = LogLines.of(SessionTable.class)) {
            timer.start(new StartupEvent());
            for (int i = 0; i < 5; i++) {
                sessions.rejected(Protocol.RTMP, CloseReason.PEER_PROTOCOL_ERROR, "10.0.0.1:1", "x");
            }
            clock.advance(Duration.ofSeconds(1));
            await().atMost(Duration.ofSeconds(5)).until(() -> log.lines().size() == 2);
            assertThat(log.lines().getLast()).endsWith("more=4");
        } finally {
            timer.stop(new ShutdownEvent());
        }
    }
}
