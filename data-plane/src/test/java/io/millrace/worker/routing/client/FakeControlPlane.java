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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what it is asked; a test answers when it likes. */
public final class FakeControlPlane implements ControlPlane {

    public record Asked<Q, A>(Q question, CompletableFuture<A> answer) {

        public void fail(int status) {
            answer.completeExceptionally(new ControlPlaneException(status, "answers " + status, null));
        }
    }

    public final List<Asked<ResolveRequest, ResolveAnswer>> resolves = new CopyOnWriteArrayList<>();
    public final List<Asked<WorkerHello, WorkerWelcome>> hellos = new CopyOnWriteArrayList<>();
    public final List<Asked<WorkerReport, ReportAnswer>> reports = new CopyOnWriteArrayList<>();
    public final List<Asked<Optional<TableVersion>, Optional<TableAnswer>>> polls = new CopyOnWriteArrayList<>();
    public final List<TableAck> acks = new CopyOnWriteArrayList<>();

    private static <Q, A> CompletableFuture<A> keep(List<Asked<Q, A>> list, Q question) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        list.add(new Asked<>(question, answer));
        return answer;
    }

    @Override
    public CompletableFuture<ResolveAnswer> resolve(ResolveRequest request) {
        return keep(resolves, request);
    }

    @Override
    public CompletableFuture<WorkerWelcome> hello(WorkerHello hello) {
        return keep(hellos, hello);
    }

    @Override
    public CompletableFuture<ReportAnswer> report(WorkerReport report) {
        return keep(reports, report);
    }

    @Override
    public CompletableFuture<Optional<TableAnswer>> table(@Nullable TableVersion have, Duration wait) {
        return keep(polls, Optional.ofNullable(have));
    }

    @Override
    public CompletableFuture<Void> acknowledge(TableAck ack) {
        acks.add(ack);
        return CompletableFuture.completedFuture(null);
    }
}
