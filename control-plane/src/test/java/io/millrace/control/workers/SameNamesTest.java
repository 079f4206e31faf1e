package io.millrace.control.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class SameNamesTest {

    private static StreamReport report(String stream, String origin, long bytes) {
        return new StreamReport(StreamKey.parse("v/live/" + stream), new OriginId(origin), 1, 1, 0, bytes, 0);
    }

    @Test
    void aReportThatNamesTheSameKeepsTheOlderNames() {
        List<StreamReport> older = List.of(report("a", "o-1", 1));
        List<StreamReport> newer = List.of(report("a", "o-1", 2));
        List<StreamReport> kept = SameNames.kept(older, newer);
        assertThat(kept).isEqualTo(newer);
        assertThat(kept.getFirst().stream()).isSameAs(older.getFirst().stream());
        assertThat(kept.getFirst().origin()).isSameAs(older.getFirst().origin());
    }

    @Test
    void whatIsDifferentIsTakenAsItIs() {
        List<StreamReport> older = List.of(report("a", "o-1", 1), report("b", "o-1", 1));
        List<StreamReport> newer = List.of(report("a", "o-2", 2), report("c", "o-1", 2), report("d", "o-1", 2));
        assertThat(SameNames.kept(older, newer)).containsExactlyElementsOf(newer);
        assertThat(SameNames.kept(older, List.of())).isEmpty();
    }
}
