package io.millrace.worker.admin.sessions;

import io.millrace.model.log.LogText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections that never became a session, in the log: one line per second, protocol and reason at most, so that an attack
 * does not fill the disk. The first goes out at once; those that follow within the second are summed up in the next line.
 */
final class Rejects {

    private final InstantSource clock;
    private final BiConsumer<CloseReason, String> log;
    private final Map<Kind, Window> windows = new HashMap<>();

    Rejects(InstantSource clock, BiConsumer<CloseReason, String> log) {
        this.clock = clock;
        this.log = log;
    }

    private record Kind(String protocol, CloseReason reason) {}

    private static final class Window {
        private @Nullable Instant lineAt;
        private long unlogged;
    }

    void add(String protocol, CloseReason reason, String clientAddress, String detail) {
        Kind kind = new Kind(protocol, reason);
        String line;
        synchronized (this) {
            Window window = windows.computeIfAbsent(kind, key -> new Window());
            Instant now = clock.instant();
            if (window.lineAt != null && now.isBefore(window.lineAt.plusSeconds(1))) {
                window.unlogged++;
                return;
            }
            line = line(kind) + " client=" + LogText.quoted(clientAddress) + " detail=" + LogText.quoted(detail)
                    + (window.unlogged == 0 ? "" : " more=" + window.unlogged);
            window.unlogged = 0;
            window.lineAt = now;
        }
        log.accept(reason, line);
    }

    /** Logs what was counted since the last line; called every second or so. */
    void flush() {
        Map<CloseReason, String> lines = new HashMap<>();
        synchronized (this) {
            Instant now = clock.instant();
            windows.forEach((kind, window) -> {
                if (window.unlogged > 0 && window.lineAt != null && !now.isBefore(window.lineAt.plusSeconds(1))) {
                    lines.merge(kind.reason(), line(kind) + " more=" + window.unlogged, (a, b) -> a + "; " + b);
                    window.unlogged = 0;
                    window.lineAt = now;
                }
            });
        }
        lines.forEach(log);
    }

    private static String line(Kind kind) {
        return "rejected protocol=" + kind.protocol() + " reason="
                + kind.reason().metricTag();
    }
}
