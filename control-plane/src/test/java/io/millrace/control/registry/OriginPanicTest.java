package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.events.EventKind;
import io.millrace.control.registry.liveness.PanicMode;
import io.millrace.model.OriginState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Too many origins that look dead at once. */
class OriginPanicTest extends WatchedOrigins {

    @Test
    void whenMostLookDeadAtOnceTheTableKeepsThemAndSaysSo() {
        List<String> names = List.of("a", "b", "c", "d", "e");
        names.forEach(this::staticOrigin);
        pass(Duration.ofSeconds(3));
        names.subList(0, 2).forEach(name -> network.is(name, Answer.REFUSES));
        pass(Duration.ofSeconds(3));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
        network.is("c", Answer.REFUSES);
        pass(Duration.ofSeconds(3));
        for (String name : List.of("a", "b", "c")) {
            assertThat(shown(name)).as("in the table").isEqualTo(OriginState.UP);
            assertThat(state(name)).as("believed").isEqualTo(OriginState.DOWN);
            assertThat(registry.unreachable(id(name))).isFalse();
        }
        assertThat(registry.kept()).isEqualTo(3);
        assertThat(messages(EventKind.ORIGINS_PANIC)).singleElement().asString().startsWith("began: 3 of 5 origins");
        pass(Duration.ofMinutes(30));
        assertThat(registry.kept()).as("for as long as it is so").isEqualTo(3);
        network.is("c", Answer.ANSWERS);
        pass(Duration.ofSeconds(3));
        assertThat(registry.kept()).isZero();
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(shown("c")).isEqualTo(OriginState.UP);
        assertThat(messages(EventKind.ORIGINS_PANIC))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("ended");
    }

    @Test
    void aBlindControlPlaneKeepsAllThatBeatNoMore() {
        List<String> names = List.of("a", "b", "c", "d");
        names.forEach(name -> beats(name, Duration.ofSeconds(9)));
        pass(Duration.ofSeconds(90));
        names.forEach(name -> dies(name, Answer.FROZEN));
        pass(Duration.ofMinutes(2));
        names.forEach(name -> assertThat(shown(name)).isEqualTo(OriginState.UP));
        assertThat(registry.kept()).isEqualTo(4);
    }

    @Test
    void twoOfThreeAndWhatDiedLongAgoAreNoPanic() {
        List<String> names = List.of("a", "b", "c");
        names.forEach(this::staticOrigin);
        pass(Duration.ofSeconds(3));
        names.subList(0, 2).forEach(name -> network.is(name, Answer.REFUSES));
        pass(Duration.ofSeconds(3));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        pass(PanicMode.AT_ONCE);
        network.is("c", Answer.REFUSES);
        pass(Duration.ofSeconds(3));
        assertThat(shown("c")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
    }

    @Test
    void whatWasNeverUpIsNotKept() {
        for (String name : List.of("a", "b", "c")) {
            network.is(name, Answer.REFUSES);
            staticOrigin(name);
        }
        pass(Duration.ofSeconds(10));
        assertThat(shown("a")).isEqualTo(OriginState.DOWN);
        assertThat(kinds()).doesNotContain(EventKind.ORIGINS_PANIC);
    }
}
