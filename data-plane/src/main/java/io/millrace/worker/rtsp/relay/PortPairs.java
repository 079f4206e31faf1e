package io.millrace.worker.rtsp.relay;

import io.millrace.worker.rtsp.PortRange;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Which UDP ports are free: an even one for RTP, the next one for RTCP. Any thread. */
public final class PortPairs {

    private final int firstEven;
    private final int count;
    private final BitSet held = new BitSet();
    private int cursor;

    /**
     * @param range empty for none at all
     * @param random where to begin: another worker on this machine has the same range
     */
    public PortPairs(Optional<PortRange> range, RandomGenerator random) {
        this.firstEven = range.map(PortRange::firstEven).orElse(0);
        this.count = range.map(PortRange::pairs).orElse(0);
        this.cursor = count == 0 ? 0 : random.nextInt(count);
    }

    /** The even port of a free pair; each comes up again as late as possible. */
    synchronized OptionalInt take() {
        if (held.cardinality() >= count) {
            return OptionalInt.empty();
        }
        int free = held.nextClearBit(cursor);
        if (free >= count) {
            free = held.nextClearBit(0);
        }
        held.set(free);
        cursor = (free + 1) % count;
        return OptionalInt.of(firstEven + 2 * free);
    }

    synchronized void giveBack(int evenPort) {
        held.clear((evenPort - firstEven) / 2);
    }

    synchronized int taken() {
        return held.cardinality();
    }
}
