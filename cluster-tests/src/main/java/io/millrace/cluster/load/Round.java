package io.millrace.cluster.load;

/**
 * What one path did in one round.
 *
 * @param gigabytes delivered to viewers, in units of 10^9 bytes
 * @param cpuSecondsPerGigabyte of the forwarding processes; on the direct path, of the origin
 * @param residentMegabytes of those processes at the end of the round
 */
record Round(
        int round,
        RelayPath path,
        int viewers,
        int lost,
        double gigabytes,
        double cpuSecondsPerGigabyte,
        double delayP50,
        double delayP99,
        double residentMegabytes,
        String problem) {}
