package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Result;
import io.millrace.control.time.SteadyClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges requests one after another, each by what the ones before it changed. */
final class Round {

    private final Content content;
    private final SteadyClock clock;
    private final List<Op> ops = new ArrayList<>();
    private final Map<Entry, Long> versions = new HashMap<>();
    private final Map<Long, Long> written = new HashMap<>();
    private final Set<Entry> touched = new HashSet<>();
    private long lastVersion;

    private record Entry(String store, String key) {}

    Round(Content content, SteadyClock clock) {
        this.content = content;
        this.clock = clock;
        this.lastVersion = content.lastVersion();
    }

    List<Op> ops() {
        return List.copyOf(ops);
    }

    /** The answer; null where nobody waits for one. */
    @Nullable
    Result judge(Op op) {
        Entry entry = new Entry(op.store(), op.key());
        switch (op.kind()) {
            case ASK -> {
                return new Result(op.id(), true, 0);
            }
            case TOUCH -> {
                if (op.version() != 0 && version(entry) == op.version()) {
                    touched.add(entry);
                    ops.add(op);
                }
                return null;
            }
            case EXPIRE -> {
                Cell cell = content.find(op.store(), op.key());
                boolean due = cell != null && cell.isDue(clock.millis()) && !touched.contains(entry);
                if (due && version(entry) == op.version()) {
                    change(op, entry, 0);
                }
                return null;
            }
            case RAISE -> {
                lastVersion = Math.max(lastVersion, op.version());
                ops.add(op);
                return new Result(op.id(), true, lastVersion);
            }
            case PUT, REMOVE -> {
                return write(op, entry);
            }
        }
        throw new IllegalStateException("every kind is handled");
    }

    private Result write(Op op, Entry entry) {
        Long before = written.containsKey(op.id()) ? written.get(op.id()) : content.versionWrittenBy(op.id());
        if (before != null) {
            return new Result(op.id(), true, before);
        }
        boolean put = op.kind() == Op.Kind.PUT;
        if (version(entry) != op.version() || (!put && op.version() == 0)) {
            return new Result(op.id(), false, 0);
        }
        change(op, entry, put ? 1 : 0);
        written.put(op.id(), lastVersion);
        return new Result(op.id(), true, lastVersion);
    }

    private void change(Op op, Entry entry, int stays) {
        Instant now = clock.shown(clock.instant());
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        lastVersion = Math.max(lastVersion + 1, micros);
        versions.put(entry, stays == 1 ? lastVersion : 0);
        ops.add(op.as(lastVersion));
    }

    private long version(Entry entry) {
        Long changed = versions.get(entry);
        if (changed != null) {
            return changed;
        }
        Cell cell = content.find(entry.store(), entry.key());
        return cell == null ? 0 : cell.version();
    }
}
