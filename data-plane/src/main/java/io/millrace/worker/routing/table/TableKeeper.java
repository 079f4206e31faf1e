package io.millrace.worker.routing.table;

import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.RoutingTableDelta;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.TableAnswer;
import io.millrace.worker.routing.Backoff;
import io.millrace.worker.routing.Conductor;
import io.millrace.worker.routing.client.ControlPlane;
import io.millrace.worker.routing.client.UnreadableTableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the routing table up to date by long polls: applies what fits, refuses what does not, keeps the last good one in memory
 * and on disk. All its state lives on the conductor's thread.
 */
public final class TableKeeper {

    private static final Logger LOG = Logger.getLogger(TableKeeper.class);
    private static final Duration WAIT = Duration.ofSeconds(20);
    /** Between polls that brought nothing new too quickly, so that a faulty control plane is not asked in a loop. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final ControlPlane controlPlane;
    private final Conductor conductor;
    private final CurrentTable current;
    private final TableFile file;
    private final String instance;
    private final InstantSource clock;
    private final Backoff backoff;
    private boolean wantWhole;
    private boolean stopped;
    private @Nullable String loggedProblem;

    public TableKeeper(
            ControlPlane controlPlane,
            Conductor conductor,
            CurrentTable current,
            TableFile file,
            String instance,
            InstantSource clock,
            RandomGenerator random) {
        this.controlPlane = controlPlane;
        this.conductor = conductor;
        this.current = current;
        this.file = file;
        this.instance = instance;
        this.clock = clock;
        this.backoff = new Backoff(random);
    }

    /** Reads the table of the last run, on the caller's thread, before anything else starts. */
    public void load() {
        file.load().ifPresent(table -> current.use(table, clock.instant()));
    }

    public void start() {
        conductor.execute(this::poll);
    }

    public void stop() {
        conductor.execute(() -> stopped = true);
    }

    private void poll() {
        if (stopped) {
            return;
        }
        TableVersion have =
                wantWhole ? null : current.table().map(RoutingTable::version).orElse(null);
        long start = System.nanoTime();
        controlPlane
                .table(have, WAIT)
                .whenCompleteAsync(
                        (answer, error) -> {
                            if (answer == null) {
                                unreadable(error);
                                again(backoff.next());
                                return;
                            }
                            boolean news = answer.isPresent() && take(answer.get());
                            if (news) {
                                backoff.reset();
                                again(Duration.ZERO);
                            } else if (answer.isPresent()) {
                                again(backoff.next());
                            } else {
                                backoff.reset();
                                boolean quick = System.nanoTime() - start < PAUSE.toNanos();
                                again(quick ? PAUSE : Duration.ZERO);
                            }
                        },
                        conductor);
    }

    private void again(Duration delay) {
        conductor.after(delay, this::poll);
    }

    /** @return whether a table came into use that is not the one from before */
    private boolean take(TableAnswer answer) {
        RoutingTable whole = answer.whole();
        RoutingTableDelta delta = answer.delta();
        try {
            if (whole != null) {
                return use(whole, "whole");
            }
            if (delta != null) {
                RoutingTable base = current.table().orElse(null);
                if (base == null) {
                    return refuse(delta.to(), "a delta came, but there is no table to apply it to");
                }
                return use(delta.applyTo(base), "delta");
            }
        } catch (RuntimeException e) {
            // A record's own check, or a field that is missing: an error of the control plane, reported to it.
            return refuse(whole != null ? whole.version() : delta != null ? delta.to() : null, String.valueOf(e));
        }
        return refuse(null, "the answer holds neither a table nor a delta");
    }

    private void unreadable(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (cause instanceof UnreadableTableException problem) {
            String version = problem.version();
            refuse(version == null ? null : TableVersion.parse(version), String.valueOf(problem.getMessage()));
        }
    }

    private boolean use(RoutingTable table, String form) {
        List<String> wrong = TableCheck.problems(table);
        if (!wrong.isEmpty()) {
            return refuse(table.version(), String.join("; ", wrong));
        }
        Optional<TableVersion> before = current.table().map(RoutingTable::version);
        current.use(table, clock.instant());
        wantWhole = false;
        loggedProblem = null;
        controlPlane.acknowledge(new TableAck(instance, table.version(), ""));
        file.save(table);
        if (before.isPresent() && before.get().equals(table.version())) {
            return false;
        }
        LOG.infof(
                "routing table in use version=%s form=%s origins=%d before=%s",
                table.version(),
                form,
                table.origins().size(),
                before.map(TableVersion::toString).orElse("none"));
        return true;
    }

    /** Reported and logged once per version and problem; the whole table is requested until one is accepted. */
    private boolean refuse(@Nullable TableVersion version, String problem) {
        wantWhole = true;
        String refusal = version + " " + problem;
        if (refusal.equals(loggedProblem)) {
            return false;
        }
        loggedProblem = refusal;
        if (version != null) {
            controlPlane.acknowledge(new TableAck(instance, version, problem));
        }
        LOG.warnf(
                "routing table refused version=%s inUse=%s: %s",
                version == null ? "unknown" : version,
                current.table().map(table -> table.version().toString()).orElse("none"),
                problem);
        return false;
    }
}
