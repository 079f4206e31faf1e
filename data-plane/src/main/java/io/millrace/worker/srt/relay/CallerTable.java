package io.millrace.worker.srt.relay;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop. A client address may have several, so a handshake is known by the address and the caller's own
 * socket id, a later packet by the address and the socket id that it is for. One loop only.
 */
final class CallerTable {

    private final Map<InetSocketAddress, Caller> callers = new HashMap<>();

    private static final class Caller {
        private final IntObjectMap<SrtSession> byOwnId = new IntObjectHashMap<>(2);
        private final IntObjectMap<SrtSession> byDestination = new IntObjectHashMap<>(2);
    }

    /** Whose handshake that is. */
    @Nullable
    SrtSession calling(InetSocketAddress address, int ownId) {
        Caller caller = callers.get(address);
        return caller == null ? null : caller.byOwnId.get(ownId);
    }

    /** Whose packet that is. */
    @Nullable
    SrtSession withDestination(InetSocketAddress address, int destination) {
        Caller caller = callers.get(address);
        return caller == null ? null : caller.byDestination.get(destination);
    }

    void add(SrtSession session) {
        callers.computeIfAbsent(session.client(), address -> new Caller())
                .byOwnId
                .put(session.callerId(), session);
    }

    /** The session, which is in the table, is reached by that id from now on; the id must be free. */
    void bind(SrtSession session, int destination) {
        Caller caller = callers.get(session.client());
        if (caller == null || caller.byDestination.putIfAbsent(destination, session) != null) {
            throw new IllegalStateException("the session is not in the table, or the id is taken");
        }
    }

    /** @param destination by which it was reached; 0 if it never was */
    void remove(SrtSession session, int destination) {
        Caller caller = callers.get(session.client());
        if (caller == null) {
            return;
        }
        caller.byOwnId.remove(session.callerId());
        if (destination != 0) {
            caller.byDestination.remove(destination);
        }
        if (caller.byOwnId.isEmpty() && caller.byDestination.isEmpty()) {
            callers.remove(session.client());
        }
    }

    /** A copy: sessions leave the table while a caller iterates. */
    List<SrtSession> sessions() {
        List<SrtSession> all = new ArrayList<>();
        callers.values().forEach(caller -> all.addAll(caller.byOwnId.values()));
        return all;
    }
}
