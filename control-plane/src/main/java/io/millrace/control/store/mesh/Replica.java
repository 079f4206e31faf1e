package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Ack;
import io.millrace.control.store.mesh.Message.Behind;
import io.millrace.control.store.mesh.Message.Decided;
import io.millrace.control.store.mesh.Message.Fetch;
import io.millrace.control.store.mesh.Message.Fetched;
import io.millrace.control.store.mesh.Message.Gather;
import io.millrace.control.store.mesh.Message.Gathered;
import io.millrace.control.store.mesh.Message.Install;
import io.millrace.control.store.mesh.Message.Keep;
import io.millrace.control.store.mesh.Message.Position;
import io.millrace.control.store.mesh.Message.Prepare;
import io.millrace.control.store.mesh.Message.Requests;
import io.millrace.control.time.SteadyClock;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One control plane's part in the mesh. It follows the leader of the highest term that it was asked to follow, holds the next round of
 * changes back until it is told that a majority has it, and leads itself if it is the first of the members that see each other.
 *
 * <p>Everything here runs on one thread; nothing waits.
 */
final class Replica {

    /** What a replica tells the control plane that it belongs to. */
    interface Sink {

        /** @param now null if the entry is gone */
        void changed(String store, String key, @Nullable Cell now, boolean expired);

        /** Everything may be different from what was told before. */
        void replaced(Content content);

        /** Calls back on the replica's thread when these entries are on disk, or cannot get there. */
        void keep(Content content, Runnable kept);

        /** The mesh works from now on, or again. */
        void active();

        /** An event for the log. */
        void note(String line);
    }

    /** What was accepted, but may still turn out not to hold. */
    private sealed interface Pending {
        record Nothing() implements Pending {}

        record Base(Content content) implements Pending {}

        record Round(List<Op> ops) implements Pending {}
    }

    private final String self;
    private final int configuredSize;
    private final Timing timing;
    private final SteadyClock clock;
    private final LongSupplier nanos;
    private final Wire wire;
    private final Sink sink;
    private final Requester requester;

    private List<String> members = List.of();
    private Term promised = Term.NONE;
    private Term accepted = Term.NONE;
    private long acceptedRound;
    private int groupSize;
    private Content committed;
    private Pending pending = new Pending.Nothing();
    private final Assembly assembly = new Assembly();
    private boolean active;
    private long stuckSinceNanos;
    private @Nullable Leadership leadership;

    Replica(
            String self,
            int configuredSize,
            Timing timing,
            SteadyClock clock,
            LongSupplier nanos,
            Wire wire,
            Sink sink,
            Content begin) {
        this.self = self;
        this.configuredSize = configuredSize;
        this.timing = timing;
        this.clock = clock;
        this.nanos = nanos;
        this.wire = wire;
        this.sink = sink;
        this.committed = begin;
        this.requester = new Requester(this, timing, nanos);
    }

    void view(List<String> newMembers) {
        members = List.copyOf(newMembers);
        active = active && members.contains(accepted.leader());
        if (hasMajority() && members.getFirst().equals(self)) {
            lead();
        } else {
            leadership = null;
            active = active && hasMajority();
        }
    }

    /** Begins a term of this member's own. */
    void lead() {
        Instant now = clock.shown(clock.instant());
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        Term term = new Term(Math.max(promised.number() + 1, micros), self);
        leadership = new Leadership(this, term, members, configuredSize, timing, clock, nanos);
        leadership.begin();
    }

    void tick() {
        Leadership leader = leadership;
        if (leader != null) {
            leader.tick();
        }
        requester.tick();
        getOnIfStuck();
    }

    /** A term that came to nothing, or a message that was lost, must not be the end. */
    private void getOnIfStuck() {
        if (active || !hasMajority()) {
            stuckSinceNanos = nanos.getAsLong();
        } else if (nanos.getAsLong() - stuckSinceNanos > timing.retry().toNanos()) {
            stuckSinceNanos = nanos.getAsLong();
            if (!members.getFirst().equals(self)) {
                send(members.getFirst(), new Behind(promised));
            } else if (leadership == null) {
                lead();
            }
        }
    }

    /** The process did not run for a while: what it should have been told meanwhile may still be under way. */
    void pauseSeen() {
        if (leadership != null) {
            leadership.pauseSeen();
        }
    }

    void receive(String from, Message message) {
        switch (message) {
            case Gather(Term term) -> gather(from, term);
            case Fetch(Term term) ->
                Assembly.send(prepared(), clock.millis(), part -> send(from, new Fetched(term, part)));
            case Install install -> install(install);
            case Keep(Term term, int size) -> keep(term, size);
            case Prepare(Term term, long round, List<Op> ops) -> prepare(from, term, round, ops);
            case Decided decided -> decided(decided);
            case Requests(List<Op> ops) -> {
                if (leadership != null) {
                    leadership.requests(from, ops);
                }
            }
            case Gathered gathered -> ifLeading(gathered.asked(), leader -> leader.gathered(from, gathered));
            case Fetched fetched -> ifLeading(fetched.term(), leader -> leader.fetched(from, fetched));
            case Ack(Term term, long round) -> ifLeading(term, leader -> leader.acknowledged(from, round));
            case Behind(Term term) -> behind(from, term);
        }
    }

    private void ifLeading(Term term, java.util.function.Consumer<Leadership> action) {
        Leadership leader = leadership;
        if (leader != null && leader.term().equals(term)) {
            action.accept(leader);
        }
    }

    private void behind(String from, Term term) {
        Leadership leader = leadership;
        if (leader != null && term.compareTo(leader.term()) > 0) {
            // Somebody else asked the sender to follow, and came to nothing.
            passOver(term);
            lead();
        } else if (leader != null) {
            leader.behind(from);
        }
    }

    private void gather(String from, Term term) {
        if (term.compareTo(promised) >= 0) {
            follow(term);
        }
        send(from, new Gathered(term, promised, position()));
    }

    private void follow(Term term) {
        if (term.compareTo(promised) > 0) {
            promised = term;
            active = false;
            if (!term.leader().equals(self)) {
                leadership = null;
            }
        }
    }

    private void install(Install install) {
        if (install.term().compareTo(promised) < 0) {
            return;
        }
        follow(install.term());
        if (install.term().equals(accepted) && install.round() <= acceptedRound) {
            // What was acknowledged must not be taken back by an answer to an earlier question.
            send(install.term().leader(), new Ack(accepted, acceptedRound));
            return;
        }
        Content content = assembly.add(install.term(), install.round(), install.part(), clock.millis());
        if (content != null) {
            accept(install.term(), install.round(), install.groupSize(), new Pending.Base(content));
        }
    }

    /** The leader's own way to what it got from others. */
    void install(Term term, int size, Content content) {
        accept(term, 0, size, new Pending.Base(content));
    }

    private void keep(Term term, int size) {
        if (term.compareTo(promised) >= 0 && !term.equals(accepted)) {
            follow(term);
            accept(term, 0, size, pending);
        }
    }

    private void prepare(String from, Term term, long round, List<Op> ops) {
        if (term.compareTo(promised) < 0 || (term.equals(accepted) && round <= acceptedRound)) {
            return;
        }
        if (!term.equals(accepted) || round != acceptedRound + 1) {
            send(from, new Behind(term));
            return;
        }
        commit();
        activate();
        accept(term, round, groupSize, new Pending.Round(ops));
    }

    private void accept(Term term, long round, int size, Pending next) {
        boolean durable = next instanceof Pending.Base
                || (next instanceof Pending.Round(List<Op> ops)
                        && ops.stream().anyMatch(op -> Content.isDurable(op.store()) && changesContent(op)));
        accepted = term;
        acceptedRound = round;
        groupSize = size;
        pending = next;
        if (durable) {
            // Acknowledged once it is on disk, so that a decided change outlives a stop of all.
            sink.keep(prepared(), () -> send(term.leader(), new Ack(term, round)));
        } else {
            send(term.leader(), new Ack(term, round));
        }
    }

    private static boolean changesContent(Op op) {
        return op.kind() != Op.Kind.ASK && op.kind() != Op.Kind.TOUCH;
    }

    private void decided(Decided decided) {
        if (!decided.term().equals(accepted) || decided.round() != acceptedRound || promised.compareTo(accepted) > 0) {
            return;
        }
        commit();
        activate();
        requester.answered(decided.results(), committed);
        if (leadership != null) {
            leadership.nextRound();
        }
    }

    private void commit() {
        Pending held = pending;
        pending = new Pending.Nothing();
        switch (held) {
            case Pending.Nothing() -> {}
            case Pending.Base(Content content) -> {
                committed = content;
                sink.replaced(content);
            }
            case Pending.Round(List<Op> ops) -> ops.forEach(this::commit);
        }
    }

    private void commit(Op op) {
        boolean there = committed.find(op.store(), op.key()) != null;
        committed.apply(op, clock.millis());
        switch (op.kind()) {
            case PUT -> sink.changed(op.store(), op.key(), committed.find(op.store(), op.key()), false);
            case REMOVE, EXPIRE -> {
                if (there) {
                    sink.changed(op.store(), op.key(), null, op.kind() == Op.Kind.EXPIRE);
                }
            }
            case TOUCH, ASK, RAISE -> {}
        }
    }

    private void activate() {
        if (!active && hasMajority() && members.contains(accepted.leader())) {
            active = true;
            sink.active();
            requester.sendAgain();
        }
    }

    Position position() {
        return new Position(accepted, acceptedRound, prepared().durableVersion(), groupSize);
    }

    /** With what is not decided yet. */
    Content prepared() {
        return switch (pending) {
            case Pending.Nothing() -> committed;
            case Pending.Base(Content content) -> content;
            case Pending.Round(List<Op> ops) -> {
                Content next = committed.copy();
                ops.forEach(op -> next.apply(op, clock.millis()));
                yield next;
            }
        };
    }

    Content committed() {
        return committed;
    }

    boolean hasCommitted(Term term, long round) {
        return accepted.equals(term) && acceptedRound == round && pending instanceof Pending.Nothing;
    }

    /** A term of this member's own must be above this one. */
    void passOver(Term term) {
        promised = promised.compareTo(term) < 0 ? term : promised;
    }

    Requester requester() {
        return requester;
    }

    boolean isActive() {
        return active;
    }

    boolean isLeading() {
        return leadership != null && active;
    }

    boolean hasMajority() {
        return members.size() >= majority(sizeMeant());
    }

    /** How many control planes there are meant to be, or have agreed last. */
    int sizeMeant() {
        return Math.max(configuredSize, groupSize);
    }

    int membersHere() {
        return members.size();
    }

    String leader() {
        return accepted.leader();
    }

    /** For the leader: what is due goes, whatever the clock of the machine says. */
    void sweepNow() {
        if (leadership != null) {
            leadership.sweepNow();
        }
    }

    void send(String to, Message message) {
        wire.send(to, message);
    }

    void note(String line) {
        sink.note(line);
    }

    static int majority(int size) {
        return size / 2 + 1;
    }
}
