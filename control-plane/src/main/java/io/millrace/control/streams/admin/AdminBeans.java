package io.millrace.control.streams.admin;

import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.resolve.BindingDirectory;
import io.millrace.control.time.SteadyClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What operators see of the streams and do to them. */
@ApplicationScoped
class AdminBeans {

    @Produces
    @Singleton
    StreamAdmin admin(BindingDirectory directory) {
        return new StreamAdmin(directory);
    }

    @Produces
    @Singleton
    DrainSweep drainSweep(BindingDirectory directory, StreamSettings settings, SteadyClock clock) {
        return new DrainSweep(directory, settings, clock);
    }
}
