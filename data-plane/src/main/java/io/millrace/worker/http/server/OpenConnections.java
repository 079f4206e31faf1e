package io.millrace.worker.http.server;

import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.SessionTable;
import io.millrace.worker.http.HttpSettings;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of all HTTP listeners; a crowd beyond the limit is turned away at the door. */
public final class OpenConnections {

    private final AtomicInteger open = new AtomicInteger();
    private final int limit;
    private final SessionTable sessions;

    public OpenConnections(HttpSettings settings, SessionTable sessions) {
        this.limit = settings.maxConnections();
        this.sessions = sessions;
    }

    /** @return whether the connection may stay; if not, it was closed */
    boolean admit(Channel channel) {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            sessions.rejected(
                    "http",
                    CloseReason.TOO_MANY_SESSIONS,
                    String.valueOf(channel.remoteAddress()),
                    "millrace.http.max-connections is " + limit);
            channel.close();
            return false;
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        return true;
    }
}
