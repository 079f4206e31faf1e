package io.millrace.worker.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

    private static final String ETAG = "\"abc-1\"";
    private static final Instant MODIFIED = Instant.parse("2026-03-01T10:00:00.5Z");
    private static final long SIZE = 100;

    private static Conditions.Outcome of(String... namesAndValues) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Conditions.of(headers, ETAG, MODIFIED, SIZE, true);
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
        assertThat(of("if-none-match", tags) instanceof Conditions.NotModified).isEqualTo(matches);
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
        assertThat(of("if-modified-since", since) instanceof Conditions.NotModified)
                .isEqualTo(notModified);
    }

    @Test
    void aTagThatDiffersOutweighsADate() {
        assertThat(of("if-none-match", "\"x\"", "if-modified-since", "Sun, 01 Mar 2026 10:00:00 GMT"))
                .isEqualTo(new Conditions.Whole());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bytes=0-0; 0; 0",
                "bytes=0-; 0; 99",
                "bytes=10-19; 10; 19",
                "bytes=90-500; 90; 99",
                "bytes=-1; 99; 99",
                "bytes=-500; 0; 99",
                "Bytes= 1-2; 1; 2",
            })
    void cutsOneRange(String range, long first, long last) {
        assertThat(of("range", range)).isEqualTo(new Conditions.Part(first, last));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bytes=0-1,5-6",
                "bytes=5-4",
                "bytes=-",
                "bytes=a-b",
                "bytes=--1",
                "lines=1-2",
                "bytes=0-9999999999999999999999",
            })
    void sendsEverythingWhenItDoesNotKnowTheRange(String range) {
        assertThat(of("range", range)).isEqualTo(new Conditions.Whole());
    }

    @ParameterizedTest
    @CsvSource({"bytes=100-", "bytes=100-200", "bytes=-0"})
    void refusesRangesBehindTheEnd(String range) {
        assertThat(of("range", range)).isEqualTo(new Conditions.Unsatisfiable());
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
        assertThat(of("range", "bytes=0-1", "if-range", ifRange) instanceof Conditions.Part)
                .isEqualTo(holds);
    }

    @Test
    void headKnowsNoRanges() {
        HttpHeaders headers = new DefaultHttpHeaders().add("range", "bytes=0-1");
        assertThat(Conditions.of(headers, ETAG, MODIFIED, SIZE, false)).isEqualTo(new Conditions.Whole());
    }
}
