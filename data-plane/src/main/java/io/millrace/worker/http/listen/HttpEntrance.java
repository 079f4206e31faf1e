package io.millrace.worker.http.listen;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.entry.RefusedConnections;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.accept.ConnectionPlaces;
import io.millrace.worker.net.loop.EventLoops;

/** Counts the connections of all HTTP listeners, and turns away those for whom there is no place. */
public final class HttpEntrance {

    private HttpEntrance() {}

    /** One for all listeners. */
    public static ConnectionListener.Entrance of(HttpSettings settings, EventLoops loops, SessionTable sessions) {
        int max = settings.maxConnections();
        return new ConnectionListener.Entrance(
                new ConnectionPlaces(
                        max,
                        loops,
                        RefusedConnections.counted(sessions, "http", "millrace.http.max-connections is " + max)),
                settings.proxyProtocol());
    }
}
