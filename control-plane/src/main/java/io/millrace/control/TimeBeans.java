package io.millrace.control;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;

/** The one clock of the process; everything that needs the time gets it from here, and a test gives it another. */
@ApplicationScoped
class TimeBeans {

    @Produces
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
