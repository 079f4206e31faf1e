package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Requests;
import io.millrace.control.store.mesh.Message.Result;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this control plane wants of the leader. What has no answer yet is sent again when another term begins; the leader knows by its id
 * what was done already.
 */
final class Requester {

    private static final int OPS_PER_MESSAGE = 1_000;
    private static final int MAX_WAITING = 50_000;

    /** More touches than this on their way mean that the leader does not keep up; the rest stays where it can be coalesced. */
    private static final int MAX_TOUCH_BATCHES = 200;

    private final Replica replica;
    private final Timing timing;
    private final LongSupplier nanos;
    private final AtomicLong ids = new AtomicLong(new SecureRandom().nextLong());
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Long, List<Op>> touches = new LinkedHashMap<>();
    private boolean away;
    private long nextProbeNanos;

    Requester(Replica replica, Timing timing, LongSupplier nanos) {
        this.replica = replica;
        this.timing = timing;
        this.nanos = nanos;
    }

    /** Any thread. */
    long newId() {
        long id = ids.incrementAndGet();
        return id == 0 ? ids.incrementAndGet() : id;
    }

    /** False if too much is waiting. */
    boolean submit(Op op, CompletableFuture<Decision> answer) {
        if (waiting.size() >= MAX_WAITING) {
            return false;
        }
        waiting.put(op.id(), new Waiting(op, answer));
        if (replica.isActive()) {
            replica.send(replica.leader(), new Requests(List.of(op)));
        }
        return true;
    }

    /** A caller waited long enough. */
    void giveUp(long id) {
        if (waiting.remove(id) != null && replica.isActive() && !away) {
            away = true;
            nextProbeNanos = nanos.getAsLong() + timing.probe().toNanos();
        }
    }

    boolean takesTouches() {
        return replica.isActive() && touches.size() < MAX_TOUCH_BATCHES;
    }

    void touch(List<Op> all) {
        for (int from = 0; from < all.size(); from += OPS_PER_MESSAGE) {
            List<Op> batch = new ArrayList<>(all.subList(from, Math.min(all.size(), from + OPS_PER_MESSAGE)));
            long id = newId();
            batch.add(Op.ask(id, "", ""));
            touches.put(id, batch);
            replica.send(replica.leader(), new Requests(batch));
        }
    }

    void answered(List<Result> results, Content content) {
        for (Result result : results) {
            away = false;
            Waiting done = waiting.remove(result.id());
            if (done != null) {
                done.answer.complete(
                        new Decision(result.done(), result.version(), content.find(done.op.store(), done.op.key())));
            } else {
                touches.remove(result.id());
            }
        }
    }

    void sendAgain() {
        away = false;
        List<Op> all = new ArrayList<>();
        touches.values().forEach(all::addAll);
        waiting.values().forEach(one -> all.add(one.op));
        for (int from = 0; from < all.size(); from += OPS_PER_MESSAGE) {
            List<Op> batch = List.copyOf(all.subList(from, Math.min(all.size(), from + OPS_PER_MESSAGE)));
            replica.send(replica.leader(), new Requests(batch));
        }
    }

    void tick() {
        if (away && replica.isActive() && nanos.getAsLong() - nextProbeNanos >= 0) {
            nextProbeNanos = nanos.getAsLong() + timing.probe().toNanos();
            long id = newId();
            replica.send(replica.leader(), new Requests(List.of(Op.ask(id, "", ""))));
        }
    }

    /** Whether the leader left a caller without an answer, and none came since. */
    boolean isAway() {
        return away;
    }

    @Nullable
    Op waiting(long id) {
        Waiting one = waiting.get(id);
        return one == null ? null : one.op;
    }

    private record Waiting(Op op, CompletableFuture<Decision> answer) {}
}
