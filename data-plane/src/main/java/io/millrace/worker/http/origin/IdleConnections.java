package io.millrace.worker.http.origin;

import io.millrace.model.Endpoint;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The idle connections of one event loop; its thread alone touches it. */
final class IdleConnections {

    private final EventLoop loop;
    private final OriginHttpSettings settings;
    private final Map<Endpoint, ArrayDeque<Idle>> byOrigin = new HashMap<>();
    private boolean sweeping;

    private record Idle(OriginConnection connection, long sinceNanos) {}

    IdleConnections(EventLoop loop, OriginHttpSettings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    /** The one that came back last: it is the least likely to have been closed by the origin. */
    @Nullable
    OriginConnection take(Endpoint origin) {
        ArrayDeque<Idle> waiting = byOrigin.get(origin);
        if (waiting == null) {
            return null;
        }
        Idle last = waiting.pollLast();
        if (waiting.isEmpty()) {
            byOrigin.remove(origin);
        }
        return last == null ? null : last.connection();
    }

    void put(OriginConnection connection) {
        ArrayDeque<Idle> waiting = byOrigin.computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>());
        if (waiting.size() >= settings.maxIdle()) {
            connection.close();
            if (waiting.isEmpty()) {
                byOrigin.remove(connection.origin());
            }
            return;
        }
        waiting.addLast(new Idle(connection, System.nanoTime()));
        if (!sweeping) {
            sweeping = true;
            sweepLater();
        }
    }

    /** It was closed while it was idle. */
    void forget(OriginConnection connection) {
        ArrayDeque<Idle> waiting = byOrigin.get(connection.origin());
        if (waiting != null && waiting.removeIf(idle -> idle.connection() == connection) && waiting.isEmpty()) {
            byOrigin.remove(connection.origin());
        }
    }

    private void sweepLater() {
        loop.schedule(this::sweep, settings.idleLimit().toNanos() / 2 + 1, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long oldest = System.nanoTime() - settings.idleLimit().toNanos();
        for (Iterator<ArrayDeque<Idle>> all = byOrigin.values().iterator(); all.hasNext(); ) {
            ArrayDeque<Idle> waiting = all.next();
            for (Idle first = waiting.peekFirst();
                    first != null && first.sinceNanos() - oldest <= 0;
                    first = waiting.peekFirst()) {
                waiting.removeFirst();
                first.connection().close();
            }
            if (waiting.isEmpty()) {
                all.remove();
            }
        }
        sweeping = !byOrigin.isEmpty();
        if (sweeping) {
            sweepLater();
        }
    }
}
