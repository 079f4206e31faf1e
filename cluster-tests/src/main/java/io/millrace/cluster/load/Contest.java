package io.millrace.cluster.load;

import java.util.List;

/**
 * What a benchmark of relays sets side by side, and what Millrace has to reach.
 *
 * @param paths that it has
 * @param cpuBudget how much CPU Millrace may need for what the better peer needs 1 for
 * @param delayBudgetMillis how much Millrace may add to half of the frames' delay; infinite for no matter
 * @param http whether viewers ask over HTTP instead of RTMP
 * @param prefix of the settings that count streams and viewers
 * @param streams usually
 * @param viewers of each stream, usually
 */
record Contest(
        List<RelayPath> paths,
        double cpuBudget,
        double delayBudgetMillis,
        boolean http,
        String prefix,
        int streams,
        int viewers) {

    static final int STREAMS = 2;
    static final int VIEWERS = 60;

    /** Few streams that many watch. */
    static Contest ofFewStreams(List<RelayPath> paths, double cpuBudget, boolean http) {
        return new Contest(paths, cpuBudget, Double.POSITIVE_INFINITY, http, "", STREAMS, VIEWERS);
    }
}
