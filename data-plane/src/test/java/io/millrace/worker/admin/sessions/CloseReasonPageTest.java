package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/reference/logs-and-close-reasons.md lists every {@link CloseReason} with its category and log level. */
class CloseReasonPageTest {

    private static final Path PAGE = Path.of("../docs/reference/logs-and-close-reasons.md");

    @Test
    void pageListsEveryReason() throws IOException {
        String page = Files.readString(PAGE);
        List<String> rows = page.substring(page.indexOf("## Close reasons"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(CloseReason.values())
                        .map(reason -> "| `%s` | %s | %s |"
                                .formatted(reason.metricTag(), reason.category().metricTag(), reason.logLevel()))
                        .toList());
    }
}
