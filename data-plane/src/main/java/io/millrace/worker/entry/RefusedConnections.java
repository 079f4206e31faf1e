package io.millrace.worker.entry;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.accept.ConnectionPlaces.Refusal;
import java.util.function.BiConsumer;

/** Counts and logs connections that exceed a bound. */
public final class RefusedConnections {

    private RefusedConnections() {}

    /**
     * @param protocol a word for it
     * @param bound the detail when all places are taken
     */
    public static BiConsumer<ClientAddress, Refusal> counted(SessionTable sessions, String protocol, String bound) {
        return (client, refusal) -> {
            switch (refusal) {
                case BANNED ->
                    sessions.rejected(
                            protocol, CloseReason.BANNED, client.shown(), "a ban covers all that it could want");
                case ALL_TAKEN -> sessions.rejected(protocol, CloseReason.TOO_MANY_SESSIONS, client.shown(), bound);
                case ADDRESS_HAS_ITS_SHARE ->
                    sessions.rejected(
                            protocol,
                            CloseReason.TOO_MANY_OF_ADDRESS,
                            client.shown(),
                            "its address has its share of all connections (millrace.max-address-share)");
            }
        };
    }
}
