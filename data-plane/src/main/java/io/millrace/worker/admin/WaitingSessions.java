package io.millrace.worker.admin;

import io.millrace.model.AddressGroup;
import io.millrace.model.StreamKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sessions that play what nobody publishes yet. What is bounded, for each address and in all, are the streams that are waited for: a
 * thousand viewers behind one address may wait for one show, and nobody has to wait for a thousand made up names. Any thread.
 */
final class WaitingSessions {

    /** Who got so much plays media, and waits no longer. */
    static final long MEDIA_BYTES = 16 * 1024;

    private final SessionLimits limits;
    private final Map<Session, String> addresses = new HashMap<>();
    private final Map<String, Map<StreamKey, Integer>> streamsByAddress = new HashMap<>();
    private int streams;

    WaitingSessions(SessionLimits limits) {
        this.limits = limits;
    }

    /** @return false when there is no room for another stream */
    synchronized boolean add(Session session) {
        if (session.isClosed()) {
            return false;
        }
        if (addresses.containsKey(session)) {
            return true;
        }
        String address = AddressGroup.of(host(session.clientAddress()));
        Map<StreamKey, Integer> known = streamsByAddress.getOrDefault(address, Map.of());
        if (!known.containsKey(session.stream())) {
            if (known.size() >= limits.maxWaitedForPerAddress() || streams >= limits.maxWaitedFor()) {
                return false;
            }
            streams++;
        }
        addresses.put(session, address);
        streamsByAddress.computeIfAbsent(address, key -> new HashMap<>()).merge(session.stream(), 1, Integer::sum);
        return true;
    }

    /** It has ended, or waits no longer; does nothing for one that never waited. */
    synchronized void remove(Session session) {
        String address = addresses.remove(session);
        if (address == null) {
            return;
        }
        streamsByAddress.computeIfPresent(address, (key, known) -> {
            if (known.merge(session.stream(), -1, Integer::sum) == 0) {
                known.remove(session.stream());
                streams--;
            }
            return known.isEmpty() ? null : known;
        });
    }

    /** Lets those go that play media; to be called every second. */
    synchronized void sweep() {
        List<Session> playing = addresses.keySet().stream()
                .filter(session -> session.bytesOut() >= MEDIA_BYTES)
                .toList();
        playing.forEach(this::remove);
    }

    /** Streams that are waited for, each counted once for every address. */
    synchronized int streams() {
        return streams;
    }

    /** Without the port, and without the brackets of IPv6. */
    private static String host(String shown) {
        int colon = shown.lastIndexOf(':');
        String host = colon < 0 ? shown : shown.substring(0, colon);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
