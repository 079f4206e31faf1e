package io.millrace.worker.routing.client;

import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.TableAnswer;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a worker may ask of the control plane. Stages fail with {@link ControlPlaneException} only. */
public interface ControlPlane {

    CompletionStage<ResolveAnswer> resolve(ResolveRequest request);

    CompletionStage<WorkerWelcome> hello(WorkerHello hello);

    CompletionStage<ReportAnswer> report(WorkerReport report);

    /** @return empty when nothing changed within the wait */
    CompletionStage<Optional<TableAnswer>> table(@Nullable TableVersion have, Duration wait);

    CompletionStage<Void> acknowledge(TableAck ack);
}
