package io.millrace.worker.net.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TickWheelTest {

    private static final int STEPS = 10;

    private final TickWheel wheel = new TickWheel(STEPS);
    private final Map<Integer, Integer> ticks = new HashMap<>();

    private List<Ticking> members(int count) {
        List<Ticking> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = i;
            members.add(now -> ticks.merge(id, 1, Integer::sum));
        }
        return members;
    }

    private int ticked() {
        return ticks.values().stream().mapToInt(times -> times).sum();
    }

    @Test
    void ticksEachMemberOnceARoundAndATenthOfThemAtAStep() {
        members(1_005).forEach(wheel::add);
        for (int step = 0; step < STEPS; step++) {
            int before = ticked();
            wheel.step(0);
            assertThat(ticked() - before).isBetween(100, 101);
        }
        assertThat(ticks)
                .hasSize(1_005)
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void ticksNobodyWhoWasRemovedEvenByAnother() {
        List<Ticking> others = members(STEPS * 3);
        Ticking remover = now -> others.forEach(wheel::remove);
        wheel.add(remover);
        others.forEach(wheel::add);
        for (int step = 0; step < STEPS; step++) {
            wheel.step(0);
        }
        int afterRemoval = ticked();
        assertThat(afterRemoval).as("those beside it in its group at most").isLessThanOrEqualTo(3);
        for (int step = 0; step < STEPS; step++) {
            wheel.step(0);
        }
        assertThat(ticked()).isEqualTo(afterRemoval);
    }

    @Test
    void takesAMemberOnce() {
        Ticking member = members(1).getFirst();
        wheel.add(member);
        wheel.add(member);
        for (int step = 0; step < STEPS; step++) {
            wheel.step(0);
        }
        assertThat(ticked()).isEqualTo(1);
    }
}
