package io.millrace.worker.net.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class GatheringSelectTest {

    private final GatheringSelect select = new GatheringSelect(Duration.ofNanos(1));
    private final Queue<Integer> events = new ArrayDeque<>();
    private int selections;

    private int decide(boolean hasTasks) throws Exception {
        return select.calculateStrategy(
                () -> {
                    selections++;
                    return events.isEmpty() ? 0 : events.remove();
                },
                hasTasks);
    }

    @Test
    void sleepsAtOnceWhenNothingHappens() throws Exception {
        assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(selections).isZero();
    }

    @Test
    void selectsWithoutARestWhenThereAreTasks() throws Exception {
        GatheringSelect patient = new GatheringSelect(Duration.ofMinutes(1));
        assertThat(patient.calculateStrategy(() -> 0, true)).isZero();
        assertThat(patient.calculateStrategy(() -> 4, true)).isEqualTo(4);
    }

    @Test
    void gathersWhileEventsComeAndSleepsWhenTheyEnd() throws Exception {
        events.addAll(List.of(2, 3, 0));
        assertThat(decide(true)).isEqualTo(2);
        assertThat(decide(false)).isEqualTo(3);
        assertThat(decide(false)).isZero();
        assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(selections).isEqualTo(3);
    }

    @Test
    void goesBackToSleepAfterALongSleep() throws Exception {
        assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
        long wake = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        while (System.nanoTime() < wake) {
            LockSupport.parkNanos(wake - System.nanoTime());
        }
        assertThat(decide(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(selections).isZero();
    }

    @Test
    void leavesTheRestAtItsBound() throws Exception {
        GatheringSelect resting = new GatheringSelect(Duration.ofMillis(20));
        resting.calculateStrategy(() -> 1, true);
        long start = System.nanoTime();
        assertThat(resting.calculateStrategy(() -> 1, false)).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
}
