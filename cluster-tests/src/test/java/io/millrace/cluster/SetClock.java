package io.millrace.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/** A time of day for some processes of a test, which is set while they run. Their monotonic clocks stay as they are. */
final class SetClock {

    private static final Path LIBRARY = Path.of("/usr/lib/"
            + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu/faketime/libfaketimeMT.so.1");

    private final Path file;

    /** @param folder for the file that says what time it is */
    SetClock(Path folder) throws IOException {
        if (!Files.isRegularFile(LIBRARY)) {
            throw new IllegalStateException(LIBRARY + " is missing (scripts/packages.sh test installs it)");
        }
        this.file = folder.resolve("clock");
        ahead(Duration.ZERO);
    }

    /** For the environment of a plane. */
    Map<String, String> settings() {
        return Map.of(
                "LD_PRELOAD", LIBRARY.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Else timed waits, which a JVM does by the monotonic clock, return at once and the process spins.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Sets it so far ahead of the time here, or behind it. */
    void ahead(Duration offset) throws IOException {
        Path next = Files.writeString(
                file.resolveSibling("clock.next"), (offset.isNegative() ? "" : "+") + offset.toSeconds() + "s");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
