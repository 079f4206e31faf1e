package io.millrace.worker.http.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // header | length | first and next byte, or what else
                "bytes=0-0 | 10 | 0 1",
                "bytes=0-9 | 10 | 0 10",
                "bytes=0- | 10 | 0 10",
                "bytes=3-5 | 10 | 3 6",
                "bytes=3-99999999999999999999999 | 10 | 3 10",
                "bytes=-3 | 10 | 7 10",
                "bytes=-30 | 10 | 0 10",
                "Bytes = 1-2 | 10 | whole",
                "BYTES=1-2 | 10 | 1 3",
                "Bytes= 1-2 | 10 | 1 3",
                "bytes=10- | 10 | none",
                "bytes=99999999999999999999- | 10 | none",
                "bytes=-0 | 10 | none",
                "bytes=0- | 0 | none",
                "bytes=5-3 | 10 | whole",
                "bytes=- | 10 | whole",
                "bytes=a-b | 10 | whole",
                "bytes=--1 | 10 | whole",
                "bytes=1-2,4-5 | 10 | whole",
                "bytes=1 | 10 | whole",
                "items=1-2 | 10 | whole",
                "'' | 10 | whole",
            })
    void readsOneRange(String header, long length, String expected) {
        String read = switch (ByteRange.read(Optional.of(header), length)) {
            case ByteRange.Wish.Whole() -> "whole";
            case ByteRange.Wish.Unsatisfiable() -> "none";
            case ByteRange.Wish.Part(ByteRange range) -> range.from() + " " + range.to();
        };
        assertThat(read).isEqualTo(expected);
    }
}
