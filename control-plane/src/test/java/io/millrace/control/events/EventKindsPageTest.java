package io.millrace.control.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/reference/logs-and-close-reasons.md lists every {@link EventKind}. */
class EventKindsPageTest {

    private static final Path PAGE = Path.of("../docs/reference/logs-and-close-reasons.md");
    private static final Pattern WORD = Pattern.compile("`([a-z-]+)`");

    @Test
    void pageListsEveryKind() throws IOException {
        String page = Files.readString(PAGE);
        List<String> words = WORD.matcher(page.substring(page.indexOf("## Kinds of events")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(words)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(EventKind.values()).map(EventKind::word).toList());
    }
}
