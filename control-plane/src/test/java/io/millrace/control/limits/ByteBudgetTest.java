package io.millrace.control.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> granted = new ArrayList<>();

    @Test
    void refusesWhatIsNotThere() {
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.take(41)).isFalse();
        assertThat(budget.take(40)).isTrue();
        budget.give(60);
        assertThat(budget.used()).isEqualTo(40);
        assertThat(budget.take(60)).isTrue();
    }

    @Test
    void thoseWhoWaitAreServedInTheirOrder() {
        assertThat(budget.take(90)).isTrue();
        budget.takeWhenFree(50, () -> granted.add("large"));
        budget.takeWhenFree(5, () -> granted.add("small"));
        assertThat(granted).isEmpty();
        assertThat(budget.take(1)).as("nobody overtakes those who wait").isFalse();
        budget.give(40);
        assertThat(granted).containsExactly("large");
        budget.give(50);
        assertThat(granted).containsExactly("large", "small");
        assertThat(budget.used()).isEqualTo(55);
    }
}
