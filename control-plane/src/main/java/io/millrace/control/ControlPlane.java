package io.millrace.control;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The process. An operator's mistake ends it with one line and exit code 1 instead of a stack trace. */
@QuarkusMain
public final class ControlPlane {

    private ControlPlane() {}

    public static void main(String... args) {
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
            System.err.println("ERROR cannot start, which should not happen:");
            failure.printStackTrace();
        }
    }

    /** What Quarkus says of a setting of its own that it cannot read, in one line. */
    private static @Nullable String settingMistake(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (text.contains("SRCFG")) {
                return Arrays.stream(text.split("\\R"))
                        .filter(line -> line.contains("SRCFG"))
                        .findFirst()
                        .orElse(text)
                        .strip();
            }
        }
        return null;
    }
}
