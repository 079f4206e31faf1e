package io.millrace.worker.wiring;

import io.millrace.model.log.LogCleaner;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/** Stands in front of every handler of the log, see application.properties: clients must not write lines of their own. */
@LoggingFilter(name = "one-line")
public final class OneLineLog implements Filter {

    @Override
    public boolean isLoggable(LogRecord record) {
        LogCleaner.clean(record);
        return true;
    }
}
