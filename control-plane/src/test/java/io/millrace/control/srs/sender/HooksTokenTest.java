package io.millrace.control.srs.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HooksTokenTest {

    @Test
    void onlyWhoHasItIsLetIn() {
        HooksToken closed = HooksToken.of(Optional.of("s3cret"));
        assertThat(closed.isSet()).isTrue();
        assertThat(closed.is("s3cret")).isTrue();
        assertThat(closed.is(null)).isFalse();
        assertThat(closed.is("")).isFalse();
        assertThat(closed.is("s3cret2")).isFalse();
    }

    @Test
    void oneThatIsNotSetIsNothingThatSomebodyCouldShow() {
        HooksToken open = HooksToken.of(Optional.empty());
        assertThat(open.isSet()).isFalse();
        assertThat(open.is(null)).isFalse();
        assertThat(open.is("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a&b", "ä", "a%20b"})
    void refusesATokenThatCannotStandInAUrlAndDoesNotTellIt(String token) {
        assertThatThrownBy(() -> HooksToken.of(Optional.of(token)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("MILLRACE_HOOKS_TOKEN (millrace.hooks-token) is '...'")
                .hasMessageNotContaining(token);
    }
}
