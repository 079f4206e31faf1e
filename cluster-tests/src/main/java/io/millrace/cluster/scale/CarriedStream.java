package io.millrace.cluster.scale;

/**
 * A stream that a simulated worker publishes.
 *
 * @param origin where the control plane said that it lives
 */
record CarriedStream(String name, String origin, long epoch) {

    /** Of so many digits, so that it can be patched in the bytes of a report. */
    static final int COUNTER_DIGITS = 12;

    static final String COUNTER = "1" + "0".repeat(COUNTER_DIGITS - 1);

    static String name(int number) {
        return "__defaultVhost__/live/s"
                + String.valueOf(1_000_000_000L + number).substring(1);
    }

    String json() {
        return "{\"stream\":\"" + name + "\",\"origin\":\"" + origin + "\",\"epoch\":" + epoch
                + ",\"publishers\":1,\"viewers\":10,\"bytesIn\":" + COUNTER + ",\"bytesOut\":" + COUNTER + "}";
    }
}
