package io.millrace.control.store.mesh;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** All entries of all stores, as one replica has them. Belongs to the replica's thread. */
final class Content {

    /** Stores whose names begin with it are kept on disk. */
    static final String DURABLE = "durable/";

    static final String SHARED = "shared/";

    /** Requests are repeated for less than a second; far more than are decided in that time. */
    private static final int REMEMBERED_WRITES = 8_192;

    private static final int MAX_VALUE_BYTES = 32 * 1024 * 1024;

    private final Map<String, Map<String, Cell>> stores = new HashMap<>();
    private final Recent recent = new Recent();
    private long lastVersion;
    private long durableVersion;

    static boolean isDurable(String store) {
        return store.startsWith(DURABLE);
    }

    @Nullable
    Cell find(String store, String key) {
        Map<String, Cell> cells = stores.get(store);
        return cells == null ? null : cells.get(key);
    }

    Map<String, Cell> cells(String store) {
        return stores.getOrDefault(store, Map.of());
    }

    Set<String> stores() {
        return stores.keySet();
    }

    long lastVersion() {
        return lastVersion;
    }

    long durableVersion() {
        return durableVersion;
    }

    /** The version that a request wrote, if it did so a short while ago. */
    @Nullable
    Long versionWrittenBy(long request) {
        return recent.get(request);
    }

    void apply(Op op, long nowMillis) {
        switch (op.kind()) {
            case PUT -> {
                put(op.store(), op.key(), new Cell(op.version(), op.value(), deadline(op.ttlMillis(), nowMillis)));
                noteWrite(op);
            }
            case REMOVE, EXPIRE -> {
                Map<String, Cell> cells = stores.get(op.store());
                if (cells != null) {
                    cells.remove(op.key());
                }
                noteWrite(op);
            }
            case TOUCH -> {
                Cell cell = find(op.store(), op.key());
                if (cell != null && cell.version() == op.version()) {
                    cell.touch(deadline(op.ttlMillis(), nowMillis));
                }
            }
            case RAISE -> noteVersion(op.store(), op.version());
            case ASK -> {}
        }
    }

    void put(String store, String key, Cell cell) {
        stores.computeIfAbsent(store, _ -> new HashMap<>()).put(key, cell);
        noteVersion(store, cell.version());
    }

    /** Versions up to this one were given. */
    void noteVersion(String store, long version) {
        lastVersion = Math.max(lastVersion, version);
        if (isDurable(store)) {
            durableVersion = Math.max(durableVersion, version);
        }
    }

    /** Has what this has, and can be changed without changing it; the cells, and with them the deadlines, are the same. */
    Content copy() {
        Content copy = new Content();
        stores.forEach((name, cells) -> copy.stores.put(name, new HashMap<>(cells)));
        copy.recent.putAll(recent);
        copy.lastVersion = lastVersion;
        copy.durableVersion = durableVersion;
        return copy;
    }

    /** Takes the stores that are kept on disk from another. */
    void takeDurable(Content other) {
        stores.keySet().removeIf(Content::isDurable);
        other.stores.forEach((name, cells) -> {
            if (isDurable(name)) {
                stores.put(name, new HashMap<>(cells));
            }
        });
        lastVersion = Math.max(lastVersion, other.lastVersion);
        durableVersion = other.durableVersion;
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. Names everything that is due. */
    long sweep(long nowMillis, BiConsumer<String, Map.Entry<String, Cell>> due) {
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<String, Map<String, Cell>> store : stores.entrySet()) {
            for (Map.Entry<String, Cell> entry : store.getValue().entrySet()) {
                Cell cell = entry.getValue();
                if (cell.isDue(nowMillis)) {
                    due.accept(store.getKey(), entry);
                }
                if (cell.deadlineMillis() != Cell.NEVER) {
                    earliest = Math.min(earliest, cell.deadlineMillis());
                }
            }
        }
        return earliest;
    }

    /** Deadlines go as the time that is left. */
    void writeTo(DataOutput out, long nowMillis) throws IOException {
        out.writeLong(lastVersion);
        out.writeLong(durableVersion);
        out.writeInt(recent.size());
        for (Map.Entry<Long, Long> write : recent.entrySet()) {
            out.writeLong(write.getKey());
            out.writeLong(write.getValue());
        }
        out.writeInt(stores.size());
        for (Map.Entry<String, Map<String, Cell>> store : stores.entrySet()) {
            writeText(out, store.getKey());
            out.writeInt(store.getValue().size());
            for (Map.Entry<String, Cell> entry : store.getValue().entrySet()) {
                Cell cell = entry.getValue();
                writeText(out, entry.getKey());
                out.writeLong(cell.version());
                out.writeLong(cell.deadlineMillis() == Cell.NEVER ? 0 : Math.max(1, cell.deadlineMillis() - nowMillis));
                writeBytes(out, cell.value());
            }
        }
    }

    static Content readFrom(DataInput in, long nowMillis) throws IOException {
        Content content = new Content();
        long lastVersion = in.readLong();
        long durableVersion = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            content.recent.put(in.readLong(), in.readLong());
        }
        for (int storesLeft = in.readInt(); storesLeft > 0; storesLeft--) {
            String store = readText(in);
            for (int left = in.readInt(); left > 0; left--) {
                String key = readText(in);
                long version = in.readLong();
                long ttlMillis = in.readLong();
                content.put(store, key, new Cell(version, readBytes(in), deadline(ttlMillis, nowMillis)));
            }
        }
        content.lastVersion = lastVersion;
        content.durableVersion = durableVersion;
        return content;
    }

    static void writeText(DataOutput out, String text) throws IOException {
        writeBytes(out, new Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String readText(DataInput in) throws IOException {
        return new String(readBytes(in).array(), StandardCharsets.UTF_8);
    }

    static void writeBytes(DataOutput out, Bytes bytes) throws IOException {
        out.writeInt(bytes.length());
        out.write(bytes.array());
    }

    static Bytes readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_VALUE_BYTES) {
            throw new IOException("a length of " + length);
        }
        byte[] array = new byte[length];
        in.readFully(array);
        return new Bytes(array);
    }

    private void noteWrite(Op op) {
        noteVersion(op.store(), op.version());
        if (op.id() != 0) {
            recent.put(op.id(), op.version());
        }
    }

    private static long deadline(long ttlMillis, long nowMillis) {
        return ttlMillis == 0 ? Cell.NEVER : nowMillis + ttlMillis;
    }

    /** Which request wrote which version, the newest of them. */
    private static final class Recent extends LinkedHashMap<Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > REMEMBERED_WRITES;
        }
    }
}
