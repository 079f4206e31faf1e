package io.millrace.model.wire;

import java.util.List;

/** The answer to a {@link WorkerReport}. */
public record ReportAnswer(String controlPlane, int reportMillis, List<Directive> directives) {

    public ReportAnswer {
        directives = directives == null ? List.of() : List.copyOf(directives);
    }
}
