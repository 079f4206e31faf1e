package io.millrace.cluster.scale;

import io.millrace.cluster.load.DelayHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Simulated workers that enrol, wait for tables, acknowledge them and report, each to one control plane: polls over a connection of
 * the worker's own, all else over shared ones. Only on its loop.
 */
final class Fleet {

    private static final long POLL_MILLIS = 20_000;
    private static final int FILLERS = 64;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Loop loop;
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Member> members = new ArrayList<>();
    private DelayHistogram reportDelays = new DelayHistogram();
    private int withTable;
    private int wholeTableBytes;
    private int whole;
    private int filled;
    private long undecided;
    private long failures;
    private @Nullable DeathWatch watch;

    Fleet(Loop loop, List<Integer> ports, List<Lines> planes, int workers) {
        this.loop = loop;
        for (int i = 0; i < workers; i++) {
            int plane = i % ports.size();
            members.add(new Member(i, new SimulatedWorker(i), planes.get(plane), new Line(loop, ports.get(plane))));
        }
    }

    private record Member(int number, SimulatedWorker worker, Lines plane, Line poll) {}

    void enrol() {
        members.forEach(this::enrol);
    }

    private void enrol(Member member) {
        member.plane().exchange(member.worker().hello(), welcome -> {
            if (!welcome.isOk()) {
                failed(member, this::enrol);
                return;
            }
            long reportMillis = welcome.number("reportMillis");
            poll(member);
            reportAt(member, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextLong(reportMillis)));
        });
    }

    private void failed(Member member, Consumer<Member> again) {
        failures++;
        loop.after(TimeUnit.SECONDS.toNanos(1), () -> again.accept(member));
    }

    private void poll(Member member) {
        boolean first = member.worker().tableVersion().isEmpty();
        member.poll().exchange(member.worker().poll(POLL_MILLIS), answer -> {
            if (answer.isOk()) {
                applied(member, answer, first);
            } else if (answer.status() != 304) {
                failed(member, this::poll);
                return;
            }
            poll(member);
        });
    }

    private void applied(Member member, Answer table, boolean first) {
        boolean isWhole = table.body().startsWith("{\"whole\":{");
        member.worker().use(isWhole ? table.text("version") : table.text("to"));
        withTable += first ? 1 : 0;
        if (isWhole) {
            whole++;
            wholeTableBytes = table.body().length();
        }
        DeathWatch watching = watch;
        if (watching != null) {
            watching.received(member.number(), table);
        }
        member.plane().exchange(member.worker().acknowledgement(), answer -> failures += answer.isOk() ? 0 : 1);
    }

    private void reportAt(Member member, long dueNanos) {
        loop.after(
                dueNanos - System.nanoTime(),
                () -> member.plane().exchange(member.worker().report(), answer -> {
                    if (!answer.isOk() || answer.body().contains("\"enrol\"")) {
                        failed(member, this::enrol);
                        return;
                    }
                    reportDelays.add(answer.atNanos() - dueNanos);
                    // As a worker does: the pause begins with the answer.
                    reportAt(member, answer.atNanos() + TimeUnit.MILLISECONDS.toNanos(answer.number("reportMillis")));
                }));
    }

    /** Has each stream placed, as fast as 64 requests at a time get answers, and carries it from then on. */
    void fill(int streams, DelayHistogram delays) {
        for (int i = 0; i < FILLERS; i++) {
            fillFrom(i, streams, delays);
        }
    }

    private void fillFrom(int number, int streams, DelayHistogram delays) {
        if (number >= streams) {
            return;
        }
        Member member = members.get(number % members.size());
        String stream = CarriedStream.name(number);
        long asked = System.nanoTime();
        member.plane().exchange(member.worker().resolve(stream), answer -> {
            if (!answer.text("outcome").equals("bound")) {
                // Undecided: a worker would place it by itself; here it is asked for again.
                undecided++;
                loop.after(RETRY_NANOS, () -> fillFrom(number, streams, delays));
                return;
            }
            delays.add(answer.atNanos() - asked);
            member.worker().carry(new CarriedStream(stream, answer.text("origin"), answer.number("epoch")));
            filled++;
            fillFrom(number + FILLERS, streams, delays);
        });
    }

    /** A worker says at once that an origin refuses connections; the watch is told when workers have it. */
    void observeDeath(String origin, int number, DeathWatch watching) {
        watch = watching;
        Member witness = members.getFirst();
        witness.plane()
                .exchange(witness.worker().observation(origin, number), answer -> failures += answer.isOk() ? 0 : 1);
    }

    void watch(DeathWatch watching) {
        watch = watching;
    }

    void openViewers() {
        members.forEach(member -> member.worker().openViewers());
    }

    /** How long reports took since the last call, from when each was due. */
    DelayHistogram takeReportDelays() {
        DelayHistogram taken = reportDelays;
        reportDelays = new DelayHistogram();
        return taken;
    }

    int withTable() {
        return withTable;
    }

    int wholeTables() {
        return whole;
    }

    int wholeTableBytes() {
        return wholeTableBytes;
    }

    int filled() {
        return filled;
    }

    /** Answers that placed nothing while the streams were placed. */
    long undecided() {
        return undecided;
    }

    long failures() {
        return failures;
    }
}
