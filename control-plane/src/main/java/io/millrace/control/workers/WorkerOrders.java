package io.millrace.control.workers;

import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.workers.state.Worker;
import io.millrace.control.workers.state.WorkerPhase;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.SessionReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators want of the workers that report here; a worker hears of it in the answer to its next report. */
final class WorkerOrders {

    private final Map<String, Worker> workers;
    private final DirectiveIds ids;
    private final EventLog events;

    WorkerOrders(Map<String, Worker> workers, DirectiveIds ids, EventLog events) {
        this.workers = workers;
        this.ids = ids;
        this.events = events;
    }

    Order drain(String name, String actor) {
        Worker worker = workers.get(name);
        if (worker == null) {
            return Order.UNKNOWN;
        }
        synchronized (worker) {
            if (worker.phase() == WorkerPhase.LOST) {
                return Order.UNKNOWN;
            }
            if (worker.phase() == WorkerPhase.DRAINING || worker.directives.drains()) {
                return Order.GIVEN;
            }
            if (!worker.directives.add(Directive.drain(ids.next(), "asked by " + actor))) {
                return Order.QUEUE_FULL;
            }
        }
        events.record(EventKind.WORKER_DRAINING, name, actor, "asked to drain");
        return Order.GIVEN;
    }

    /**
     * Ends a session.
     *
     * @param workerName needed only when two workers use the same session id
     */
    Order kick(String session, @Nullable String workerName, String actor) {
        List<Worker> carrying = workers.values().stream()
                .filter(worker -> worker.sessions.containsKey(session))
                .filter(worker -> workerName == null || worker.name().equals(workerName))
                .toList();
        if (carrying.size() != 1) {
            return carrying.isEmpty() ? Order.UNKNOWN : Order.AMBIGUOUS;
        }
        Worker worker = carrying.getFirst();
        SessionReport kicked;
        synchronized (worker) {
            kicked = worker.sessions.get(session);
            if (kicked == null) {
                return Order.UNKNOWN;
            }
            if (worker.directives.endsSession(session)) {
                return Order.GIVEN;
            }
            if (!worker.directives.add(Directive.endSession(ids.next(), session, "asked by " + actor))) {
                return Order.QUEUE_FULL;
            }
        }
        events.record(
                EventKind.SESSION_KICKED,
                session,
                actor,
                "session of " + kicked.clientAddress() + " on " + kicked.stream() + " ends, worker=" + worker.name());
        return Order.GIVEN;
    }
}
