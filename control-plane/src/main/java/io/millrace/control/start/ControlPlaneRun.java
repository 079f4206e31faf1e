package io.millrace.control.start;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Names one run of this process: the epoch of its routing tables, and how workers notice that it was restarted. */
public record ControlPlaneRun(String id) {

    private static final int RANDOM_BYTES = 6;

    public static ControlPlaneRun random(RandomGenerator random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new ControlPlaneRun("cp-" + HexFormat.of().formatHex(bytes));
    }
}
