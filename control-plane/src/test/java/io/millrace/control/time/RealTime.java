package io.millrace.control.time;

import java.time.Clock;
import java.time.Instant;

/** Time as it passes, for tests that wait for something. */
public final class RealTime {

    private RealTime() {}

    public static SteadyClock clock() {
        Clock system = Clock.systemUTC();
        return new SteadyClock() {
            @Override
            public Instant instant() {
                return system.instant();
            }

            @Override
            public Instant shown(Instant moment) {
                return moment;
            }

            @Override
            public long pauses() {
                return 0;
            }
        };
    }
}
