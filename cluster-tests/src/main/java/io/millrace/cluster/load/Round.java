package io.millrace.cluster.load;

/**
 * What one path did in one round.
 *
 * @param gigabytes delivered to viewers, in units of 10^9 bytes
 * @param cpuSecondsPerGigabyte of the forwarding processes; on the direct path, of the origin
 * @param residentMegabytes of those processes at the end of the round
 * @param loadCores that publishers and viewers kept busy: near to what the machine has, the figures say more about them than the path
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
        double loadCores,
        String problem) {}
