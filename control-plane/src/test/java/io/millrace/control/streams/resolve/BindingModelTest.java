package io.millrace.control.streams.resolve;

import static io.millrace.control.streams.resolve.Cluster.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.live.WorkerLegs;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random steps of several workers, origins and operators against one directory, with what must hold checked after each step. A
 * failure prints the seed of its run and the last steps; {@link #replay} runs one seed alone.
 */
class BindingModelTest {

    private static final int RUNS = 600;
    private static final int STEPS = 150;
    private static final long FIRST_SEED = 20_261_121;

    @Test
    void holdsUnderRandomInterleavings() {
        int moved = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            moved += replay(seed);
        }
        assertThat(moved).as("moves that were seen at all").isGreaterThan(RUNS);
    }

    private static int replay(long seed) {
        Run run = new Run(seed);
        try {
            for (int i = 0; i < STEPS; i++) {
                run.step();
            }
            run.settle();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", last steps:\n  " + String.join("\n  ", run.history), e);
        }
        return run.moves;
    }

    /** A worker as it is in truth: where its publishers and viewers are. */
    private static final class Worker {
        private final String name;
        private final Map<WorkerLegs.Leg, Long> publishing = new HashMap<>();
        private final Map<WorkerLegs.Leg, Long> watching = new HashMap<>();

        private Worker(String name) {
            this.name = name;
        }

        private StreamReport[] report() {
            Set<WorkerLegs.Leg> legs = new HashSet<>(publishing.keySet());
            legs.addAll(watching.keySet());
            return legs.stream()
                    .map(leg -> new StreamReport(
                            leg.stream(),
                            leg.origin(),
                            Math.max(publishing.getOrDefault(leg, 0L), watching.getOrDefault(leg, 0L)),
                            publishing.containsKey(leg) ? 1 : 0,
                            watching.containsKey(leg) ? 1 : 0,
                            0,
                            0))
                    .toArray(StreamReport[]::new);
        }

        private void end(Eviction eviction) {
            publishing.keySet().removeIf(leg -> concerns(eviction, leg));
            watching.keySet().removeIf(leg -> concerns(eviction, leg));
        }

        private static boolean concerns(Eviction eviction, WorkerLegs.Leg leg) {
            return leg.stream().equals(eviction.stream()) && !leg.origin().equals(eviction.keepOrigin());
        }
    }

    private static final class Run {
        private static final List<String> STREAMS = List.of("s", "t", "u");
        private static final List<String> ORIGINS = List.of("a", "b", "c");

        private final Random random;
        private final Cluster cluster;
        private final List<Worker> workers = List.of(new Worker("w1"), new Worker("w2"), new Worker("w3"));
        private final Map<String, Long> highestEpoch = new HashMap<>();
        private final Map<String, OriginId> originOfEpoch = new HashMap<>();
        private final Set<OriginId> deadOrigins = new HashSet<>();
        private final Deque<String> history = new ArrayDeque<>();
        private int moves;

        private Run(long seed) {
            random = new Random(seed);
            cluster = new Cluster(seed, random.nextBoolean() ? Duration.ofSeconds(5) : Duration.ZERO, "a", "b", "c");
        }

        private void step() {
            cluster.advance(Duration.ofMillis(1 + random.nextInt(500)));
            Worker worker = pick(workers);
            String stream = pick(STREAMS);
            OriginId origin = OriginsStandIn.id(pick(ORIGINS));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> open(worker, stream, Intent.PUBLISH);
                case 6, 7 -> open(worker, stream, Intent.PLAY);
                case 8, 9, 10 -> report(worker);
                case 11 -> closeSomething(worker);
                case 12 -> placeAlone(worker, stream, origin);
                case 13 -> die(origin);
                case 14 -> revive(origin);
                case 15 -> admit(origin);
                case 16 -> move(stream, origin);
                case 17 -> unbind(stream);
                case 18 -> sweepOrWait();
                default -> restartOrLose(worker);
            }
            check();
        }

        /** A client comes: resolve, connect, and on failure once more with what failed. */
        private void open(Worker worker, String stream, Intent intent) {
            List<OriginObservation> failed = new ArrayList<>();
            for (int attempt = 0; attempt < 3; attempt++) {
                note("%s %s %s failed=%s".formatted(worker.name, intent.word(), stream, failed.size()));
                Set<OriginId> liveBefore = provenLive(stream, failed);
                Binding before = binding(stream);
                ResolveAnswer answer =
                        cluster.resolve(worker.name, stream, intent, failed.toArray(OriginObservation[]::new));
                judge(stream, answer, failed, before, liveBefore);
                if (answer.outcome() == Outcome.PROVISIONAL) {
                    assertThat(intent).isEqualTo(Intent.PLAY);
                    assertThat(binding(stream)).as("what a play alone made").isNull();
                } else if (answer.outcome() != Outcome.BOUND) {
                    return;
                }
                OriginId origin = Objects.requireNonNull(answer.origin()).id();
                if (!deadOrigins.contains(origin)) {
                    WorkerLegs.Leg leg = new WorkerLegs.Leg(stream(stream), origin);
                    Binding binding = answer.binding();
                    (intent == Intent.PUBLISH ? worker.publishing : worker.watching)
                            .put(leg, binding == null ? Binding.UNCONFIRMED : binding.epoch());
                    return;
                }
                failed.add(new OriginObservation(
                        origin, Incarnation.UNKNOWN, Failure.REFUSED, "", cluster.clock.instant()));
                cluster.origins.reachable(origin.value(), false);
                cluster.advance(Duration.ofMillis(1));
            }
        }

        /** Origins on which, as far as reports can tell, the stream is live. */
        private Set<OriginId> provenLive(String stream, List<OriginObservation> failed) {
            Set<OriginId> live = new HashSet<>();
            for (Carried carried : cluster.state.live().publishers(stream(stream))) {
                boolean tried = failed.stream()
                        .anyMatch(failure -> failure.origin().equals(carried.origin())
                                && !carried.reportedAt().isAfter(failure.at()));
                if (!tried && usable(carried.origin())) {
                    live.add(carried.origin());
                }
            }
            return live;
        }

        private boolean usable(OriginId id) {
            return cluster.origins
                            .find(id)
                            .filter(origin -> origin.state() != OriginState.DOWN)
                            .isPresent()
                    && !cluster.origins.unreachable(id);
        }

        private void judge(
                String stream,
                ResolveAnswer answer,
                List<OriginObservation> failed,
                @Nullable Binding before,
                Set<OriginId> liveBefore) {
            if (answer.outcome() != Outcome.BOUND) {
                return;
            }
            Binding binding = Objects.requireNonNull(answer.binding());
            note("  -> %s epoch=%d %s"
                    .formatted(
                            binding.origin(), binding.epoch(), binding.cause().word()));
            OriginId known = originOfEpoch.putIfAbsent(stream + binding.epoch(), binding.origin());
            assertThat(known == null || known.equals(binding.origin()))
                    .as("one origin for epoch %d", binding.epoch())
                    .isTrue();
            Origin origin = cluster.origins.find(binding.origin()).orElse(null);
            boolean gone = origin == null || origin.state() == OriginState.DOWN;
            assertThat(gone).as("the answer names an origin that is gone").isFalse();
            assertThat(failed.stream().anyMatch(failure -> failure.origin().equals(binding.origin())))
                    .as("the answer names an origin that the session has tried")
                    .isFalse();
            boolean placedAnew =
                    binding.cause() == Cause.PLACED && (before == null || before.epoch() != binding.epoch());
            if (placedAnew) {
                assertThat(before == null ? liveBefore.isEmpty() : !liveBefore.contains(before.origin()))
                        .as("placement took a stream from its live publisher")
                        .isTrue();
            }
        }

        private void report(Worker worker) {
            // An origin that is gone takes its sessions along; the worker has seen them end.
            worker.publishing.keySet().removeIf(leg -> deadOrigins.contains(leg.origin()));
            worker.watching.keySet().removeIf(leg -> deadOrigins.contains(leg.origin()));
            note("%s reports live=%s watched=%s".formatted(worker.name, worker.publishing, worker.watching));
            List<Eviction> evictions = cluster.report(worker.name, worker.report());
            for (Eviction eviction : evictions) {
                Binding binding = binding(eviction.stream().stream());
                assertThat(binding == null || binding.origin().equals(eviction.keepOrigin()))
                        .isTrue();
                assertThat(binding != null
                                || worker.publishing.keySet().stream()
                                        .noneMatch(leg -> leg.stream().equals(eviction.stream())))
                        .as("only who waits for a stream that nobody publishes leaves an origin without a binding")
                        .isTrue();
                note("  evicted %s but on %s".formatted(eviction.stream(), eviction.keepOrigin()));
                worker.end(eviction);
            }
        }

        private void closeSomething(Worker worker) {
            note("%s loses its sessions".formatted(worker.name));
            worker.publishing.clear();
            if (random.nextBoolean()) {
                worker.watching.clear();
            }
        }

        /** No control plane answered: the worker decided by itself. */
        private void placeAlone(Worker worker, String stream, OriginId origin) {
            if (!deadOrigins.contains(origin)) {
                note("%s places %s alone on %s".formatted(worker.name, stream, origin));
                worker.publishing.put(new WorkerLegs.Leg(stream(stream), origin), Binding.UNCONFIRMED);
            }
        }

        private void die(OriginId id) {
            deadOrigins.add(id);
            if (random.nextInt(6) == 0) {
                note("%s is removed".formatted(id));
                cluster.origins.remove(id.value());
            } else if (random.nextBoolean()) {
                note("%s is down".formatted(id));
                changeKnown(id, origin -> origin.withState(OriginState.DOWN));
            } else {
                note("%s dies, nobody knows yet".formatted(id));
            }
        }

        private void revive(OriginId id) {
            note("%s is up".formatted(id));
            deadOrigins.remove(id);
            cluster.origins.reachable(id.value(), true);
            if (cluster.origins.find(id).isEmpty()) {
                cluster.origins.with(id.value());
            }
            changeKnown(id, origin -> origin.withState(random.nextInt(4) == 0 ? OriginState.SUSPECT : OriginState.UP));
        }

        private void admit(OriginId id) {
            Admission admission = pick(List.of(Admission.OPEN, Admission.OPEN, Admission.CORDONED, Admission.DRAINING));
            note("%s is %s".formatted(id, admission.word()));
            changeKnown(id, origin -> origin.withAdmission(admission));
        }

        private void changeKnown(OriginId id, UnaryOperator<Origin> change) {
            if (cluster.origins.find(id).isPresent()) {
                cluster.origins.change(id.value(), change);
            }
        }

        private void move(String stream, OriginId to) {
            note("operator moves %s to %s".formatted(stream, to));
            try {
                cluster.admin
                        .move(stream(stream), to, "operator")
                        .ifPresent(binding -> assertThat(binding.origin()).isEqualTo(to));
            } catch (io.millrace.control.errors.InvalidFieldException refused) {
                note("  refused: %s".formatted(String.valueOf(refused.getMessage())));
            }
        }

        private void unbind(String stream) {
            note("operator unbinds %s".formatted(stream));
            cluster.admin.unbind(stream(stream), "operator");
        }

        private void sweepOrWait() {
            if (random.nextBoolean()) {
                note("sweep");
                cluster.drain.sweep();
            } else {
                note("a long wait");
                cluster.advance(Duration.ofSeconds(40));
            }
        }

        private void restartOrLose(Worker worker) {
            if (random.nextInt(3) == 0) {
                note("the control plane loses its memory");
                cluster.restart(Duration.ofSeconds(5));
            } else {
                note("%s is lost".formatted(worker.name));
                worker.publishing.clear();
                worker.watching.clear();
                cluster.directory.forget(worker.name);
            }
        }

        private void check() {
            for (String stream : STREAMS) {
                Binding binding = binding(stream);
                if (binding == null) {
                    continue;
                }
                long highest = highestEpoch.getOrDefault(stream, 0L);
                assertThat(binding.epoch()).as("the epoch of %s", stream).isGreaterThanOrEqualTo(highest);
                if (binding.epoch() > highest) {
                    moves++;
                }
                highestEpoch.put(stream, binding.epoch());
                OriginId known = originOfEpoch.putIfAbsent(stream + binding.epoch(), binding.origin());
                assertThat(known == null || known.equals(binding.origin()))
                        .as("one origin for epoch %d", binding.epoch())
                        .isTrue();
            }
            assertThat(cluster.store.list(null, 100)).hasSize(cluster.directory.size());
        }

        /** Once nothing fails any more, a few reports leave every stream live on one origin, the bound one. */
        private void settle() {
            ORIGINS.forEach(name -> revive(OriginsStandIn.id(name)));
            ORIGINS.forEach(name -> cluster.origins.change(name, origin -> origin.withAdmission(Admission.OPEN)));
            for (int round = 0; round < 3; round++) {
                cluster.advance(Duration.ofSeconds(2));
                workers.forEach(this::report);
            }
            for (String stream : STREAMS) {
                Set<OriginId> live = new HashSet<>();
                workers.forEach(worker -> worker.publishing.keySet().stream()
                        .filter(leg -> leg.stream().equals(stream(stream)))
                        .forEach(leg -> live.add(leg.origin())));
                Binding binding = binding(stream);
                if (live.size() > 1 || (live.size() == 1 && (binding == null || !live.contains(binding.origin())))) {
                    fail("%s is live on %s and bound to %s", stream, live, binding);
                }
                if (live.size() == 1) {
                    workers.forEach(worker -> assertThat(worker.watching.keySet())
                            .as("viewers of a live stream")
                            .filteredOn(leg -> leg.stream().equals(stream(stream)))
                            .allMatch(leg -> live.contains(leg.origin())));
                }
            }
        }

        private @Nullable Binding binding(String stream) {
            return cluster.store
                    .find(stream(stream))
                    .map(stored -> stored.value().withEpoch(stored.version()))
                    .orElse(null);
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        private void note(String what) {
            history.addLast(what);
            if (history.size() > 40) {
                history.removeFirst();
            }
        }
    }
}
