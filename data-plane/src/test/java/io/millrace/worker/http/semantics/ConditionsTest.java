package io.millrace.worker.http.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

    private static final String ETAG = "\"abc-1\"";
    private static final HttpHeaders ANSWER = headers("etag", ETAG, "last-modified", "Sun, 01 Mar 2026 10:00:00 GMT");

    private static HttpHeaders headers(String... namesAndValues) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static boolean isUnchanged(String... namesAndValues) {
        return Conditions.isUnchanged(headers(namesAndValues), ANSWER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "\"abc-1\"; true",
                "W/\"abc-1\"; true",
                "*; true",
                "\"x\", \"abc-1\"; true",
                "\"x\"; false",
                "abc-1; false",
            })
    void matchesTags(String tags, boolean matches) {
        assertThat(isUnchanged("if-none-match", tags)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Sun, 01 Mar 2026 10:00:00 GMT; true",
                "Sun, 01 Mar 2026 10:00:01 GMT; true",
                "Sun, 01 Mar 2026 09:59:59 GMT; false",
                "yesterday; false",
            })
    void comparesDatesBySeconds(String since, boolean notModified) {
        assertThat(isUnchanged("if-modified-since", since)).isEqualTo(notModified);
    }

    @Test
    void aTagThatDiffersOutweighsADate() {
        assertThat(isUnchanged("if-none-match", "\"x\"", "if-modified-since", "Sun, 01 Mar 2026 10:00:00 GMT"))
                .isFalse();
    }

    @Test
    void findsATagOnAnyOfSeveralLines() {
        assertThat(isUnchanged("if-none-match", "\"x\"", "if-none-match", ETAG)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "\"abc-1\"; true",
                "W/\"abc-1\"; false",
                "\"old\"; false",
                "Sun, 01 Mar 2026 10:00:00 GMT; true",
                "Sun, 01 Mar 2026 10:00:01 GMT; false",
            })
    void aRangeOfAnOlderVersionGetsTheWholeNewOne(String ifRange, boolean holds) {
        assertThat(Conditions.range(headers("range", "bytes=0-1", "if-range", ifRange), ANSWER)
                        .isPresent())
                .isEqualTo(holds);
    }
}
