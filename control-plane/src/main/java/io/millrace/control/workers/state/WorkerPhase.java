package io.millrace.control.workers.state;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a worker is in its life, as the control plane sees it. */
public enum WorkerPhase {
    SERVING,
    DRAINING,
    /** It stopped reporting; kept for a while so that operators see it. */
    LOST;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
