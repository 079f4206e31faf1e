package io.millrace.control;

import io.millrace.control.start.CannotStartException;
import io.millrace.model.process.StartFailure;
import io.millrace.model.process.StopSignal;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.net.BindException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process. An operator's mistake ends it with one line and exit code 1 instead of a stack trace. */
@QuarkusMain
public final class ControlPlane {

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
            StartFailure.print(failure, ControlPlane::mistakes, System.err);
        }
        System.exit(failure != null && code == 0 ? 1 : code);
    }

    private static List<String> mistakes(Throwable cause) {
        return switch (cause) {
            case CannotStartException mistake -> List.of(String.valueOf(mistake.getMessage()));
            case QuarkusBindException taken ->
                List.of(taken.getHost() + ":" + taken.getPort()
                        + " is taken by another process; set PROXY_SYSTEM_API or MILLRACE_MANAGEMENT to a free one");
            case BindException taken -> List.of("MILLRACE_MANAGEMENT cannot be opened: " + taken.getMessage());
            default -> List.of();
        };
    }
}
