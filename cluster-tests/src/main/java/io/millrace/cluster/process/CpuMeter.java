package io.millrace.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU time and memory of processes, as the kernel counts them (proc(5)). */
public final class CpuMeter {

    /** The unit of the times in /proc: USER_HZ, which Linux fixes at 100 on every architecture that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private CpuMeter() {}

    /** User and system seconds since the start of each, summed; a process that is gone counts 0. */
    public static double cpuSeconds(Collection<Long> pids) {
        return pids.stream().mapToDouble(CpuMeter::cpuSeconds).sum();
    }

    private static double cpuSeconds(long pid) {
        String stat = read(pid, "stat");
        if (stat.isEmpty()) {
            return 0;
        }
        // The program's name, field 2, is in brackets and may hold anything; utime and stime are fields 14 and 15.
        String afterName = stat.substring(stat.lastIndexOf(')') + 2);
        String[] fields = afterName.split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    public static long residentBytes(long pid) {
        Matcher found = RESIDENT.matcher(read(pid, "status"));
        return found.find() ? Long.parseLong(found.group(1)) * 1024 : 0;
    }

    public static long residentBytes(Collection<Long> pids) {
        return pids.stream().mapToLong(CpuMeter::residentBytes).sum();
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isEmpty()) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
