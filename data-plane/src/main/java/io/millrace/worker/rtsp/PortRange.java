package io.millrace.worker.rtsp;

/** Ports from the first to the last, both included. */
public record PortRange(int first, int last) {

    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code 22000-29999}.
     *
     * @throws IllegalArgumentException when that is no range with at least two pairs in it
     */
    public static PortRange parse(String text) {
        String[] ends = text.split("-", -1);
        if (ends.length != 2 || !ends[0].matches("[0-9]{1,5}") || !ends[1].matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("no range");
        }
        PortRange range = new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        if (range.first < 1 || range.last > MAX_PORT || range.pairs() < 2) {
            throw new IllegalArgumentException("no range");
        }
        return range;
    }

    /** The first even port. */
    public int firstEven() {
        return first + (first & 1);
    }

    /** Even ports whose next one is inside too. */
    public int pairs() {
        return Math.max(0, (last - firstEven() + 1) / 2);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
