package io.millrace.worker.routing;

import io.millrace.worker.admin.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Runs what is due when a test moves the clock. */
public final class FakeTimers implements Timers {

    private final TestClock clock;
    private final List<Due> waiting = new ArrayList<>();

    public FakeTimers(TestClock clock) {
        this.clock = clock;
    }

    private record Due(Instant at, Runnable task) {}

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Due due = new Due(clock.instant().plus(delay), task);
        waiting.add(due);
        return () -> waiting.remove(due);
    }

    public int size() {
        return waiting.size();
    }

    public void advance(Duration by) {
        clock.advance(by);
        for (Optional<Due> next = next(); next.isPresent(); next = next()) {
            waiting.remove(next.get());
            next.get().task().run();
        }
    }

    private Optional<Due> next() {
        return waiting.stream()
                .filter(due -> !due.at().isAfter(clock.instant()))
                .min(Comparator.comparing(Due::at));
    }
}
