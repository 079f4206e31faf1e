package io.millrace.control;

import io.millrace.control.start.CannotStartException;
import io.millrace.model.process.StopSignal;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The process. An operator's mistake ends it with one line and exit code 1 instead of a stack trace. */
@QuarkusMain
public final class ControlPlane {

    private static final Pattern NAMED_PROPERTY =
            Pattern.compile("config property (\\S+)(?: with the config value \"([^\"]*)\")?");

    ControlPlane() {}

    public static void main(String... args) {
        StopSignal.endsWithZero();
        try {
            Quarkus.run(null, ControlPlane::exit, args);
        } catch (Throwable e) {
            // Settings are read while classes of the application are initialised; what is wrong with them comes as an
            // Error.
            exit(1, e);
        }
    }

    // Quarkus ends by way of this handler, whether it stopped in good order or could not start.
    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            report(failure);
        }
        System.exit(failure != null && code == 0 ? 1 : code);
    }

    private static void report(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CannotStartException mistake -> {
                    System.err.println("ERROR cannot start: " + mistake.getMessage());
                    return;
                }
                case QuarkusBindException taken -> {
                    System.err.println(
                            "ERROR cannot start: " + taken.getHost() + ":" + taken.getPort()
                                    + " is taken by another process; set PROXY_SYSTEM_API or MILLRACE_MANAGEMENT to a free one");
                    return;
                }
                default -> {}
            }
        }
        String message = settingMistake(failure);
        if (message != null) {
            System.err.println("ERROR cannot start: " + message);
        } else {
            System.err.println("ERROR cannot start, internal error:");
            failure.printStackTrace();
        }
    }

    /** What the configuration library says of a setting that it cannot read, in one line. */
    private static @Nullable String settingMistake(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (text.contains("SRCFG")) {
                Matcher named = NAMED_PROPERTY.matcher(text);
                String line = text.lines()
                        .filter(part -> part.contains("SRCFG"))
                        .findFirst()
                        .orElse(text)
                        .strip();
                return named.find() ? named(named.group(1), named.group(2), line) : line;
            }
        }
        return null;
    }

    private static String named(String property, @Nullable String value, String line) {
        String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return variable + " (" + property + ") is '" + (value == null ? "" : value) + "'; "
                + (value == null ? "give it a value, or leave it out for the default" : line);
    }
}
