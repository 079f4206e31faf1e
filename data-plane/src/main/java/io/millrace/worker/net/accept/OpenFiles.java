package io.millrace.worker.net.accept;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files, sockets among them, the system lets this process have open. */
public final class OpenFiles {

    /** Where the system has no limit, or one too high to matter. */
    private static final long MANY = 10_000_000;

    private OpenFiles() {}

    public static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? Math.clamp(system.getMaxFileDescriptorCount(), 1, MANY)
                : MANY;
    }

    /**
     * Connections that may be accepted without taking the last file: three of four, since most need one more to an origin, and since what
     * cannot be opened looks like an origin that is unavailable.
     */
    public static int forConnections(long limit) {
        return Math.toIntExact(Math.max(1, limit / 4 * 3));
    }
}
