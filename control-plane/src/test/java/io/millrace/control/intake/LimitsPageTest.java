package io.millrace.control.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/reference/limits.md has the limit of every kind of body. */
class LimitsPageTest {

    private static final Path PAGE = Path.of("../docs/reference/limits.md");
    private static final int KIB = 1024;

    private static final Map<String, List<BodyLimit>> ROWS = Map.of(
            "a heartbeat, a hook, an origin", List.of(BodyLimit.HEARTBEAT, BodyLimit.HOOK, BodyLimit.ORIGIN),
            "an order to a stream, session or worker", List.of(BodyLimit.ORDER),
            "rules, vhosts", List.of(BodyLimit.RULES, BodyLimit.VHOSTS),
            "the configuration", List.of(BodyLimit.CONFIG),
            "where no body is wanted", List.of(BodyLimit.NONE_WANTED),
            "a worker's report or enrolment", List.of(BodyLimit.WORKER),
            "a question of another control plane", List.of(BodyLimit.PEER_QUESTION),
            "a resolve, an acknowledged table, a request passed on",
                    List.of(BodyLimit.RESOLVE, BodyLimit.TABLE_ACK, BodyLimit.PASSED_ON),
            "a media route", List.of(BodyLimit.MEDIA_ROUTE));

    @Test
    void pageHasEveryLimit() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(ROWS.values().stream().flatMap(Collection::stream)).containsExactlyInAnyOrder(BodyLimit.values());
        ROWS.forEach((row, limits) -> assertThat(limits)
                .allSatisfy(limit -> assertThat(page)
                        .contains(
                                "| %s | %s |".formatted(row, String.format(Locale.ROOT, "%,d", limit.bytes() / KIB)))));
    }
}
