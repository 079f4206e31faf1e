package io.millrace.worker.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawQueryTest {

    @ParameterizedTest
    @CsvSource({
        "'',             a, ",
        "a=1,            a, 1",
        "a=1&a=2,        a, 1",
        "b=1&a=x%20y=z,  a, x%20y=z",
        "a,              a, ''",
        "b&a=,           a, ''",
        "ab=1,           a, ",
        "%61=1,          a, ",
        "b=a=1,          a, "
    })
    void readsTheFirstValue(String query, String name, String value) {
        assertThat(RawQuery.value(query, name)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "'',             ''",
        "a=1,            ''",
        "a=1&b=2,        b=2",
        "b=2&a=1,        b=2",
        "b=2&a&c=3&a=4,  b=2&c=3",
        "b=2&&c=3,       b=2&&c=3",
        "&a=1&,          &",
        "aa=1&b=a,       aa=1&b=a"
    })
    void removesEachOccurrenceAndNothingElse(String query, String rest) {
        assertThat(RawQuery.without(query, "a")).isEqualTo(rest);
    }

    @Test
    void removesSetsOfParameters() {
        assertThat(RawQuery.without("token=t&hls_ctx=1&_HLS_msn=3", Set.of("hls_ctx", "route")))
                .isEqualTo("token=t&_HLS_msn=3");
    }

    @Test
    void addsAtTheEnd() {
        assertThat(RawQuery.with("", "a", "1")).isEqualTo("a=1");
        assertThat(RawQuery.with("b=%41", "a", "1")).isEqualTo("b=%41&a=1");
    }
}
