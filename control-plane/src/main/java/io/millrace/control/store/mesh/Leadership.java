package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Decided;
import io.millrace.control.store.mesh.Message.Fetch;
import io.millrace.control.store.mesh.Message.Fetched;
import io.millrace.control.store.mesh.Message.Gather;
import io.millrace.control.store.mesh.Message.Gathered;
import io.millrace.control.store.mesh.Message.Install;
import io.millrace.control.store.mesh.Message.Keep;
import io.millrace.control.store.mesh.Message.Position;
import io.millrace.control.store.mesh.Message.Prepare;
import io.millrace.control.store.mesh.Message.Result;
import io.millrace.control.time.SteadyClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * One term of a leader. It asks the members what they have, lets all begin with the newest of it, and then decides in rounds: what was
 * requested meanwhile is one round, and the next one begins when a majority has acknowledged it.
 */
final class Leadership {

    private enum Phase {
        GATHERING,
        FETCHING,
        INSTALLING,
        LEADING
    }

    /** Not everybody in the view needs to answer, but who does not is given this time. */
    private static final long STRAGGLER_NANOS = 300_000_000;

    private static final int MAX_INBOX = 200_000;
    private static final int MAX_OPS_PER_ROUND = 5_000;
    private static final int MAX_BYTES_PER_ROUND = 4 * 1024 * 1024;

    private final Replica replica;
    private final Term term;
    private final List<String> members;
    private final int groupSize;
    private final Timing timing;
    private final SteadyClock clock;
    private final LongSupplier nanos;

    private Phase phase = Phase.GATHERING;
    private long stepNanos;
    private boolean outdone;
    private int sizeBefore;
    private final Map<String, Position> gathered = new LinkedHashMap<>();
    private final Map<String, Optional<Content>> fetching = new LinkedHashMap<>();
    private final Map<String, Assembly> assemblies = new HashMap<>();

    private long round;
    private boolean roundInFlight;
    private List<Op> ops = List.of();
    private Map<String, List<Result>> results = Map.of();
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> catchingUp = new HashSet<>();
    private final Deque<Incoming> inbox = new ArrayDeque<>();
    private long expireFromNanos;
    private long nextSweepMillis;
    private int queuedExpiries;

    private record Incoming(String from, Op op) {}

    Leadership(
            Replica replica,
            Term term,
            List<String> members,
            int configuredSize,
            Timing timing,
            SteadyClock clock,
            LongSupplier nanos) {
        this.replica = replica;
        this.term = term;
        this.members = members;
        this.groupSize = Math.max(configuredSize, members.size());
        this.timing = timing;
        this.clock = clock;
        this.nanos = nanos;
    }

    Term term() {
        return term;
    }

    void begin() {
        transition(Phase.GATHERING);
        members.forEach(member -> replica.send(member, new Gather(term)));
    }

    void tick() {
        long inStep = nanos.getAsLong() - stepNanos;
        if (phase == Phase.GATHERING) {
            choose();
        }
        boolean stuck = phase != Phase.LEADING || roundInFlight;
        if (outdone || (stuck && inStep > timing.retry().toNanos())) {
            replica.lead();
        } else if (phase == Phase.LEADING) {
            sweep();
        }
    }

    void gathered(String from, Gathered answer) {
        if (phase != Phase.GATHERING) {
            return;
        }
        if (answer.promised().equals(term)) {
            gathered.put(from, answer.position());
            choose();
        } else {
            // Who has promised a higher term will not follow this one; the next try is above it.
            replica.passOver(answer.promised());
            outdone = true;
        }
    }

    /** Begins with the newest content, once it is sure that no decided change is missing in it. */
    private void choose() {
        int before =
                gathered.values().stream().mapToInt(Position::groupSize).max().orElse(0);
        sizeBefore = Math.max(before, groupSize);
        if (gathered.size() < Replica.majority(sizeBefore)) {
            return;
        }
        boolean all = gathered.size() == members.size();
        long known = gathered.values().stream().filter(Position::isKnown).count();
        boolean nothingMissing = known >= Replica.majority(before);
        boolean waitedLongEnough = nanos.getAsLong() - stepNanos > STRAGGLER_NANOS;
        if (!all && !(nothingMissing && waitedLongEnough)) {
            return;
        }
        transition(Phase.FETCHING);
        String best = best(Comparator.comparing(Position::term).thenComparingLong(Position::round));
        String bestOnDisk = best(Comparator.comparingLong(Position::durableVersion));
        if (known == 0) {
            want(bestOnDisk);
        } else {
            want(best);
            if (!nothingMissing) {
                replica.note(
                        "mesh: only " + known + " of " + before + " control planes that agreed last are left with what"
                                + " they had; the last moments before their loss may be missing");
                if (position(bestOnDisk).durableVersion() > position(best).durableVersion()) {
                    want(bestOnDisk);
                }
            }
        }
        install();
    }

    private String best(Comparator<Position> order) {
        // Where several are equal this member itself is the cheapest.
        return gathered.entrySet().stream()
                .max(Map.Entry.<String, Position>comparingByValue(order)
                        .thenComparing(entry -> entry.getKey().equals(term.leader())))
                .orElseThrow()
                .getKey();
    }

    private Position position(String member) {
        return java.util.Objects.requireNonNull(gathered.get(member));
    }

    private void want(String member) {
        if (member.equals(term.leader())) {
            fetching.put(member, Optional.of(replica.prepared()));
        } else if (fetching.putIfAbsent(member, Optional.empty()) == null) {
            replica.send(member, new Fetch(term));
        }
    }

    void fetched(String from, Fetched fetched) {
        if (phase != Phase.FETCHING || !fetching.containsKey(from)) {
            return;
        }
        stepNanos = nanos.getAsLong();
        Content content =
                assemblies.computeIfAbsent(from, _ -> new Assembly()).add(term, 0, fetched.part(), clock.millis());
        if (content != null) {
            fetching.put(from, Optional.of(content));
            install();
        }
    }

    private void install() {
        if (fetching.values().stream().anyMatch(Optional::isEmpty)) {
            return;
        }
        transition(Phase.INSTALLING);
        Position begin = position(fetching.keySet().iterator().next());
        List<Content> contents =
                fetching.values().stream().map(Optional::orElseThrow).toList();
        Content content = contents.getFirst();
        boolean changed = contents.size() > 1;
        if (changed) {
            content = content.copy();
            content.takeDurable(contents.getLast());
        }
        fetching.clear();
        assemblies.clear();
        for (String member : members) {
            Position has = gathered.get(member);
            if (!changed && has != null && has.sameContent(begin)) {
                replica.send(member, new Keep(term, groupSize));
            } else if (member.equals(term.leader())) {
                replica.install(term, groupSize, content);
            } else {
                sendContent(member, content, 0);
            }
        }
    }

    private void sendContent(String member, Content content, long atRound) {
        Assembly.send(
                content, clock.millis(), part -> replica.send(member, new Install(term, atRound, groupSize, part)));
    }

    /** A follower that missed something gets what is decided, and then what is not. */
    void behind(String from) {
        if (phase == Phase.LEADING) {
            catchingUp.add(from);
            boolean done = replica.hasCommitted(term, round);
            sendContent(from, replica.committed(), done ? round : round - 1);
            if (!done) {
                replica.send(from, new Prepare(term, round, ops));
            }
        }
    }

    void acknowledged(String from, long ofRound) {
        boolean open = phase == Phase.INSTALLING || roundInFlight;
        if (ofRound == round && open) {
            acknowledged.add(from);
            int group = phase == Phase.INSTALLING ? Math.max(sizeBefore, groupSize) : groupSize;
            if (acknowledged.size() >= Replica.majority(group)) {
                decide();
            }
        } else if (ofRound == round && catchingUp.remove(from)) {
            // It was told before it had what it was told of.
            replica.send(from, new Decided(term, round, List.of()));
        }
    }

    private void decide() {
        if (phase == Phase.INSTALLING) {
            transition(Phase.LEADING);
            pauseSeen();
        }
        roundInFlight = false;
        for (String member : members) {
            replica.send(member, new Decided(term, round, results.getOrDefault(member, List.of())));
        }
        results = Map.of();
    }

    void requests(String from, List<Op> wanted) {
        if (inbox.size() + wanted.size() > MAX_INBOX) {
            return;
        }
        wanted.forEach(op -> inbox.add(new Incoming(from, op)));
        nextRound();
    }

    /** Called when the leader itself has taken over what was decided: only then is the next round judged by it. */
    void nextRound() {
        if (phase != Phase.LEADING || roundInFlight || inbox.isEmpty() || !replica.hasCommitted(term, round)) {
            return;
        }
        Round next = new Round(replica.committed(), clock);
        int bytes = 0;
        Map<String, List<Result>> answers = new HashMap<>();
        for (int n = 0; n < MAX_OPS_PER_ROUND && bytes < MAX_BYTES_PER_ROUND && !inbox.isEmpty(); n++) {
            Incoming incoming = inbox.removeFirst();
            bytes += incoming.op().size();
            queuedExpiries -= incoming.op().kind() == Op.Kind.EXPIRE ? 1 : 0;
            Result result = next.judge(incoming.op());
            if (result != null) {
                answers.computeIfAbsent(incoming.from(), _ -> new ArrayList<>()).add(result);
            }
        }
        round++;
        roundInFlight = true;
        stepNanos = nanos.getAsLong();
        ops = next.ops();
        results = answers;
        acknowledged.clear();
        members.forEach(member -> replica.send(member, new Prepare(term, round, ops)));
    }

    /** Touches from before may still be under way. */
    void pauseSeen() {
        expireFromNanos = nanos.getAsLong() + timing.expiryGrace().toNanos();
        nextSweepMillis = 0;
    }

    private void sweep() {
        long now = clock.millis();
        if (queuedExpiries == 0 && nanos.getAsLong() - expireFromNanos >= 0 && now >= nextSweepMillis) {
            sweepNow();
        }
    }

    void sweepNow() {
        long now = clock.millis();
        nextSweepMillis = replica.committed().sweep(now, (store, entry) -> {
            if (inbox.size() < MAX_INBOX) {
                queuedExpiries++;
                inbox.add(new Incoming(
                        term.leader(),
                        Op.expire(store, entry.getKey(), entry.getValue().version())));
            }
        });
        // An entry may get an earlier deadline than all others have now.
        nextSweepMillis = Math.min(nextSweepMillis, now + 1_000);
        nextRound();
    }

    private void transition(Phase next) {
        phase = next;
        stepNanos = nanos.getAsLong();
    }
}
