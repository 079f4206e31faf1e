package io.millrace.model.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterTokenTest {

    private static final String OLD = "old-0123456789abcdef-0123456789abcdef";
    private static final String NEW = "new-0123456789abcdef-0123456789abcdef";

    @Test
    void acceptsOnlyItselfAsBearerAndIsNotPrinted() {
        ClusterToken token = ClusterToken.of(OLD);
        assertThat(token.accepts("Bearer " + OLD)).isTrue();
        assertThat(token.accepts("bearer " + OLD)).isTrue();
        assertThat(Stream.of(
                        "",
                        OLD,
                        "Bearer",
                        "Bearer ",
                        "Bearer " + OLD.substring(1),
                        "Bearer " + OLD + "0",
                        "Basic " + OLD))
                .noneMatch(token::accepts);
        assertThat(token.accepts(null)).isFalse();
        assertThat(token.toString()).doesNotContain(OLD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "0123456789abcdef0123456789abcde",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "changechangechangechangechangechange",
                "two words 0123456789abcdef0123456789abcdef",
                "umlaut-\u00fc-0123456789abcdef-0123456789abcdef",
                "new-0123456789abcdef-0123456789abcdef,",
                "new-0123456789abcdef-0123456789abcdef,short",
                "a-0123456789abcdef-0123456789abcdef,b-0123456789abcdef-0123456789abcdef,c-0123456789abcdef-0123456789abcdef",
            })
    void refusesWhatCouldBeGuessedOrNotBeSentAndDoesNotRepeatIt(String bad) {
        assertThatThrownBy(() -> ClusterToken.of(bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openssl rand -hex 32")
                .satisfies(e -> assertThat(
                                bad.isEmpty() || !String.valueOf(e.getMessage()).contains(bad))
                        .isTrue());
    }

    @Test
    void whileItIsRotatedTheFirstIsShownAndBothAreAccepted() {
        ClusterToken before = ClusterToken.of(OLD);
        ClusterToken prepared = ClusterToken.of(OLD + "," + NEW);
        ClusterToken turned = ClusterToken.of(NEW + ", " + OLD);
        ClusterToken after = ClusterToken.of(NEW);
        for (List<ClusterToken> side :
                List.of(List.of(before, prepared), List.of(prepared, turned), List.of(turned, after))) {
            assertThat(side.getFirst().accepts(side.getLast().authorization())).isTrue();
            assertThat(side.getLast().accepts(side.getFirst().authorization())).isTrue();
            assertThat(side.getFirst().derive("x"))
                    .contains(side.getLast().derive("x").getFirst());
            assertThat(side.getLast().derive("x"))
                    .contains(side.getFirst().derive("x").getFirst());
        }
        assertThat(before.accepts(after.authorization())).isFalse();
    }

    @Test
    void aKeyOfOnePurposeIsNotThatOfAnother() {
        ClusterToken token = ClusterToken.of(OLD);
        assertThat(token.derive("x"))
                .isNotEqualTo(token.derive("y"))
                .isEqualTo(ClusterToken.of(OLD).derive("x"));
    }

    @Test
    void whoeverComesSecondReadsWhatTheFirstWrote(@TempDir Path folder) throws IOException {
        Path shared = folder.resolve("data");
        ClusterToken.Loaded first = ClusterToken.load(Optional.empty(), shared);
        ClusterToken.Loaded second = ClusterToken.load(Optional.empty(), shared);
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.token().authorization())
                .isEqualTo(first.token().authorization())
                .matches("Bearer [0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared.resolve("cluster-token"))))
                .isEqualTo("rw-------");
    }
}
