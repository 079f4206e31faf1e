package io.millrace.worker.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.OriginId;
import io.millrace.worker.admin.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OriginFailuresTest {

    private static final OriginId A = new OriginId("a");
    private static final OriginId B = new OriginId("b");

    private final TestClock clock = new TestClock();
    private final OriginFailures failures = new OriginFailures(clock);

    @Test
    void avoidsForLongerEachTimeItFailsAgain() {
        for (int seconds : new int[] {5, 10, 20, 40, 40}) {
            failures.failed(A);
            // Under way already, and no further failure.
            failures.failed(A);
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(failures.isAvoided(A)).as("%d s", seconds).isTrue();
            assertThat(failures.avoided(10)).containsExactly(A);
            clock.advance(Duration.ofMillis(1));
            assertThat(failures.isAvoided(A)).isFalse();
            assertThat(failures.avoided(10)).isEmpty();
        }
    }

    @Test
    void anAnswerEndsIt() {
        failures.failed(A);
        clock.advance(Duration.ofSeconds(5));
        failures.failed(A);
        failures.succeeded(A);
        assertThat(failures.isAvoided(A)).isFalse();
        failures.failed(A);
        clock.advance(Duration.ofSeconds(5));
        assertThat(failures.isAvoided(A)).as("a first failure again").isFalse();
    }

    @Test
    void listsSomeAndForgetsOldOnes() {
        failures.failed(B);
        failures.failed(A);
        assertThat(failures.avoided(1)).containsExactly(A);
        clock.advance(Duration.ofMinutes(2));
        assertThat(failures.avoided(10)).isEmpty();
        failures.failed(A);
        clock.advance(Duration.ofSeconds(5));
        assertThat(failures.isAvoided(A)).as("a first failure again").isFalse();
    }
}
