package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RejectsTest {

    private final TestClock clock = new TestClock();
    private final List<String> lines = new ArrayList<>();
    private final Rejects rejects = new Rejects(clock, (reason, line) -> lines.add(line));

    @Test
    void saysTheFirstAtOnceAndSumsUpTheRestOfTheSecond() {
        for (int i = 0; i < 1000; i++) {
            rejects.add(Protocol.RTMP.word(), CloseReason.PEER_PROTOCOL_ERROR, "10.0.0.1:1", "bad\nline \"x\"");
        }
        rejects.flush();
        assertThat(lines)
                .containsExactly("rejected protocol=rtmp reason=peer-protocol-error client=\"10.0.0.1:1\""
                        + " detail=\"bad.line 'x'\"");

        clock.advance(Duration.ofSeconds(1));
        rejects.flush();
        rejects.flush();
        assertThat(lines).hasSize(2).last().asString().endsWith("more=999");
    }
}
