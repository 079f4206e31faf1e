package io.millrace.control.streams.origins;

import io.millrace.control.events.EventLog;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.resolve.BindingDirectory;
import io.millrace.control.time.SteadyClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What origins report. */
@ApplicationScoped
class OriginReportBeans {

    @Produces
    @Singleton
    OriginReports originReports(
            BindingDirectory directory, EventLog events, StreamSettings settings, SteadyClock clock) {
        return new OriginReports(directory, events, settings, clock);
    }
}
