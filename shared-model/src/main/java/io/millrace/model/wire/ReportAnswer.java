package io.millrace.model.wire;

import io.millrace.model.access.VhostGrant;
import java.util.List;

/**
 * The answer to a {@link WorkerReport}.
 *
 * @param grants for each vhost with limits whose use was reported
 */
public record ReportAnswer(String controlPlane, int reportMillis, List<Directive> directives, List<VhostGrant> grants) {

    public ReportAnswer {
        directives = directives == null ? List.of() : List.copyOf(directives);
        grants = grants == null ? List.of() : List.copyOf(grants);
    }

    /** Without grants. */
    public ReportAnswer(String controlPlane, int reportMillis, List<Directive> directives) {
        this(controlPlane, reportMillis, directives, List.of());
    }
}
