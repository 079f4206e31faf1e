package io.millrace.cluster.scale;

import java.util.BitSet;

/** When workers were told that an origin is not up any more. Written on the fleet's loop, read anywhere. */
final class DeathWatch {

    private final String id;
    private final BitSet told = new BitSet();
    private final long[] atNanos;
    private int count;
    private int deltaBytes;

    DeathWatch(String origin, int workers) {
        this.id = "\"id\":\"" + origin + "\"";
        this.atNanos = new long[workers];
    }

    synchronized void received(int worker, Answer table) {
        boolean tells = table.body().contains(id)
                && (table.body().contains("\"suspect\"") || table.body().contains("\"down\""));
        if (tells && !told.get(worker)) {
            told.set(worker);
            atNanos[count++] = table.atNanos();
            deltaBytes = table.body().length();
        }
    }

    synchronized int count() {
        return count;
    }

    /** When so many workers had been told. */
    synchronized long atNanos(int workers) {
        return atNanos[workers - 1];
    }

    synchronized int deltaBytes() {
        return deltaBytes;
    }
}
