package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamKeyTest {

    @Test
    void theAppHasAllSlashesButTheOuterTwo() {
        StreamKey key = StreamKey.parse("v.example/live/eu/west/cam1");
        assertThat(key.vhost()).isEqualTo("v.example");
        assertThat(key.app()).isEqualTo("live/eu/west");
        assertThat(key.stream()).isEqualTo("cam1");
        assertThat(key)
                .hasToString("v.example/live/eu/west/cam1")
                .isEqualTo(new StreamKey("v.example", "live/eu/west", "cam1"));
    }

    @Test
    void keysOfOneNameAreEqualHoweverTheyWereMade() {
        StreamKey made = new StreamKey("v", "live", "a");
        StreamKey read = StreamKey.parse("v/live/a");
        assertThat(read).isEqualTo(made).hasSameHashCodeAs(made).isNotEqualTo(StreamKey.parse("v/live/b"));
        // The same hash, other letters.
        assertThat(StreamKey.parse("v/live/Aa")).isNotEqualTo(StreamKey.parse("v/live/BB"));
    }

    @Test
    void theOrderIsThatOfTheParts() {
        List<StreamKey> keys = Stream.of(
                        "a/live/x", "a-b/live/x", "a/live/x2", "a/live-hd/a", "a/live/deep/a", "ab/a/a", "a/a/z")
                .map(StreamKey::parse)
                .toList();
        assertThat(keys.stream().sorted().toList())
                .isEqualTo(keys.stream()
                        .sorted(Comparator.comparing(StreamKey::vhost)
                                .thenComparing(StreamKey::app)
                                .thenComparing(StreamKey::stream))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "/live/a", "v//a", "v/live/", "v/live/a?x", "v/live/a\n", "v#/live/a"})
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> StreamKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partsDoNotRunIntoEachOther() {
        assertThatThrownBy(() -> new StreamKey("v/x", "live", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StreamKey("v", "live", "a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StreamKey("v", "live", "a".repeat(513)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
