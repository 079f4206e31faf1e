package io.millrace.control.workers.quota;

/**
 * How much of a limit one worker may have. Pure.
 *
 * <p>What the others were promised and do not have yet is left to them; of the rest each gets its share, so that what all workers may have adds
 * up to no more than the limit. But while there is room a worker may have one more, also when too little is left for each, or the last ones
 * could come only where they happen to be promised; together that is one for each worker but one at most, by which a limit may be exceeded.
 */
final class Allotment {

    /** From here on a vhost takes no new viewers, in percent of its bitrate: figures fluctuate, and who has come should not be ended at once. */
    private static final int FULL_PERCENT = 95;

    private static final int PERCENT = 100;

    /** What a viewer is taken to need at least, and where no figures are known yet. */
    private static final int LEAST_KBPS = 100;

    private static final int UNKNOWN_KBPS = 1_000;

    private Allotment() {}

    /**
     * @param workers how many share it
     * @param has what the worker has
     * @param hasInAll what all have, the worker included, without those that others are to end
     * @param promised what others may have and do not have yet
     * @param sheds whether those that are too many are ended; else they stay
     */
    static int of(int limit, int workers, int has, long hasInAll, long promised, boolean sheds) {
        long left = limit - hasInAll;
        if (left > 0) {
            long free = left - promised;
            boolean oneMore = free >= 2 - workers;
            return Math.toIntExact(has + Math.max(oneMore ? 1 : 0, free / Math.max(1, workers)));
        }
        if (left == 0 || !sheds || hasInAll <= 0) {
            return has;
        }
        return (int) Math.max(0, has - Math.ceilDiv(-left * has, hasInAll));
    }

    /** How many viewers a bitrate allows, by what those need that are there. */
    static int viewersWithin(int maxKbps, long viewers, long kbps) {
        if (kbps > maxKbps) {
            return (int) (viewers * maxKbps / kbps);
        }
        long free = (long) maxKbps * FULL_PERCENT / PERCENT - kbps;
        if (free <= 0) {
            return (int) viewers;
        }
        long each = viewers == 0 ? UNKNOWN_KBPS : Math.max(LEAST_KBPS, kbps / viewers);
        return (int) Math.min(Integer.MAX_VALUE, viewers + (maxKbps == 0 ? 0 : Math.max(1, free / each)));
    }
}
