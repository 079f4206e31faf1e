package io.millrace.model.log;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** Escapes what a log record holds of others: its message, what is put into it, and the messages of its exception. */
public final class LogCleaner {

    private LogCleaner() {}

    public static void clean(LogRecord record) {
        String message = record.getMessage();
        if (message != null && !LogText.isClean(message)) {
            record.setMessage(LogText.escaped(message));
        }
        Object[] parameters = record.getParameters();
        if (parameters != null) {
            @Nullable Object[] cleaned = cleaned(parameters);
            if (cleaned != parameters) {
                record.setParameters(cleaned);
            }
        }
        Throwable thrown = record.getThrown();
        if (thrown != null && !isClean(thrown, newSet())) {
            record.setThrown(CleanThrowable.of(thrown, newSet()));
        }
    }

    /** The same array where nothing has to be changed. */
    private static @Nullable Object[] cleaned(@Nullable Object[] parameters) {
        @Nullable Object[] cleaned = parameters;
        for (int i = 0; i < parameters.length; i++) {
            Object parameter = parameters[i];
            if (parameter == null || parameter instanceof Number || parameter instanceof Enum<?>) {
                continue;
            }
            String text = String.valueOf(parameter);
            if (!LogText.isClean(text)) {
                if (cleaned == parameters) {
                    cleaned = parameters.clone();
                }
                cleaned[i] = LogText.escaped(text);
            }
        }
        return cleaned;
    }

    private static boolean isClean(Throwable thrown, Set<Throwable> seen) {
        if (!seen.add(thrown)) {
            return true;
        }
        if (!LogText.isClean(thrown.toString())) {
            return false;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isClean(suppressed, seen)) {
                return false;
            }
        }
        return thrown.getCause() == null || isClean(thrown.getCause(), seen);
    }

    private static Set<Throwable> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Prints as the original does, on one line for each message. */
    private static final class CleanThrowable extends Throwable {

        private static final long serialVersionUID = 1L;

        private final String shown;

        private CleanThrowable(String shown, @Nullable Throwable cause) {
            super(shown, cause);
            this.shown = shown;
        }

        static CleanThrowable of(Throwable original, Set<Throwable> seen) {
            seen.add(original);
            Throwable cause = original.getCause();
            CleanThrowable clean = new CleanThrowable(
                    LogText.escaped(original.toString()),
                    cause == null || seen.contains(cause) ? null : of(cause, seen));
            clean.setStackTrace(original.getStackTrace());
            for (Throwable suppressed : original.getSuppressed()) {
                if (!seen.contains(suppressed)) {
                    clean.addSuppressed(of(suppressed, seen));
                }
            }
            return clean;
        }

        // The name of the class that is printed is the original's.
        @SuppressWarnings("OverrideThrowableToString")
        @Override
        public String toString() {
            return shown;
        }
    }
}
