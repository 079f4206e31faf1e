package io.millrace.worker.wiring;

import io.millrace.model.process.StartFailure;
import io.millrace.model.process.StopSignal;
import io.millrace.worker.settings.BadSettingsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.net.BindException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process. An operator's mistake ends it with one line and exit code 1 instead of a stack trace. */
@QuarkusMain
public final class WorkerProcess {

    WorkerProcess() {}

    public static void main(String... args) {
        StopSignal.endsWithZero();
        Quarkus.run(null, WorkerProcess::exit, args);
    }

    // Quarkus ends by way of this handler, whether it stopped in good order or could not start.
    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            StartFailure.print(failure, WorkerProcess::mistakes, System.err);
        }
        System.exit(failure != null && code == 0 ? 1 : code);
    }

    private static List<String> mistakes(Throwable cause) {
        return switch (cause) {
            case BadSettingsException mistake ->
                String.valueOf(mistake.getMessage()).lines().toList();
            // Listeners of ours name their own variable: this is what is left.
            case BindException taken -> List.of("MILLRACE_MANAGEMENT cannot be opened: " + taken.getMessage());
            default -> List.of();
        };
    }
}
