package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, '', true",
        "*, live/a, true",
        "live, live, true",
        "live, liver, false",
        "live*, live/a/b, true",
        "*.example, a.example, true",
        "*.example, example, false",
        "cam-?, cam-1, true",
        "cam-?, cam-12, false",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "'', '', true",
        "'', a, false",
    })
    void matches(String pattern, String text, boolean expected) {
        assertThat(Glob.matches(pattern, text)).isEqualTo(expected);
    }

    @Test
    void staysFastOnPatternsMadeToBeSlow() {
        String text = "a".repeat(5_000);
        Assertions.assertTimeout(
                Duration.ofSeconds(2),
                () -> assertThat(Glob.matches("*a*a*a*a*a*a*a*a*b", text)).isFalse());
    }
}
