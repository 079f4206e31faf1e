package io.millrace.cluster.scale;

import io.millrace.cluster.plane.ControlPlane;
import io.millrace.cluster.process.CpuMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU and memory of processes. */
final class PlaneMeter {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private PlaneMeter() {}

    static double cpuSeconds(List<ControlPlane> planes) {
        return CpuMeter.cpuSeconds(planes.stream().map(PlaneMeter::pid).toList());
    }

    static double residentMegabytes(List<ControlPlane> planes) {
        return CpuMeter.residentBytes(planes.stream().map(PlaneMeter::pid).toList()) / 1e6 / planes.size();
    }

    /** What is alive after a full collection, on average over the planes. */
    static double liveMegabytes(List<ControlPlane> planes) {
        return planes.stream().mapToLong(plane -> liveBytes(pid(plane))).sum() / 1e6 / planes.size();
    }

    private static long pid(ControlPlane plane) {
        return plane.process().pid();
    }

    /** The histogram of live objects begins with a full collection. */
    static long liveBytes(long pid) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher total = TOTAL.matcher(text);
            if (!total.find()) {
                throw new IllegalStateException("jcmd says nothing of the heap of " + pid + ": " + text);
            }
            return Long.parseLong(total.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The machine's load average over the last minute: others may use it as well. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
