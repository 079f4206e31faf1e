package io.millrace.worker.admin.sessions;

import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressGroup;
import io.millrace.model.address.AddressText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions that play what is not published yet. What is bounded, for each address and in all, are the streams that are waited for: a
 * thousand viewers behind one address may wait for one show, but not for a thousand made up names. Players whose session
 * was agreed on elsewhere, and begins with its media, count from the agreement on. Any thread.
 */
final class WaitingSessions {

    /** A player that got so much plays media, and waits no longer. */
    static final long MEDIA_BYTES = 16 * 1024;

    /** So long an agreed session is expected to begin. */
    static final Duration EXPECTED_FOR = Duration.ofSeconds(60);

    private final SessionLimits limits;
    private final Map<Object, Wait> waits = new HashMap<>();
    private final Map<String, Map<StreamKey, Integer>> streamsByAddress = new HashMap<>();
    private int streams;

    private record Wait(String address, StreamKey stream) {}

    /** A session that was agreed on and has not begun. Compared by identity: each is one of its own. */
    private static final class Expected {
        private final Instant until;

        Expected(Instant until) {
            this.until = until;
        }
    }

    WaitingSessions(SessionLimits limits) {
        this.limits = limits;
    }

    /** @return false when there is no room for another stream */
    synchronized boolean add(Session session) {
        return !session.isClosed() && add(session, session.clientAddress(), session.stream());
    }

    /**
     * Likewise for a session that will begin, or not, within {@link #EXPECTED_FOR}.
     *
     * @return takes the wait back; empty when there is no room for another stream
     */
    synchronized Optional<Runnable> expect(StreamKey stream, String clientAddress, Instant now) {
        Expected expected = new Expected(now.plus(EXPECTED_FOR));
        return add(expected, clientAddress, stream) ? Optional.of(() -> remove(expected)) : Optional.empty();
    }

    private boolean add(Object waiter, String clientAddress, StreamKey stream) {
        if (waits.containsKey(waiter)) {
            return true;
        }
        String address = AddressGroup.of(AddressText.host(clientAddress));
        Map<StreamKey, Integer> known = streamsByAddress.getOrDefault(address, Map.of());
        if (!known.containsKey(stream)) {
            if (known.size() >= limits.maxWaitedForPerAddress() || streams >= limits.maxWaitedFor()) {
                return false;
            }
            streams++;
        }
        waits.put(waiter, new Wait(address, stream));
        streamsByAddress.computeIfAbsent(address, key -> new HashMap<>()).merge(stream, 1, Integer::sum);
        return true;
    }

    /** It has ended, or waits no longer; does nothing for one that never waited. */
    synchronized void remove(Object waiter) {
        Wait wait = waits.remove(waiter);
        if (wait == null) {
            return;
        }
        streamsByAddress.computeIfPresent(wait.address(), (key, known) -> {
            if (known.merge(wait.stream(), -1, Integer::sum) == 0) {
                known.remove(wait.stream());
                streams--;
            }
            return known.isEmpty() ? null : known;
        });
    }

    /** Lets those go that play media, and those that are expected no longer; to be called every second. */
    synchronized void sweep(Instant now) {
        List<Object> over = waits.keySet().stream()
                .filter(waiter -> switch (waiter) {
                    case Session session -> session.bytesOut() >= MEDIA_BYTES;
                    case Expected expected -> !now.isBefore(expected.until);
                    default -> throw new IllegalStateException("it cannot wait: " + waiter);
                })
                .toList();
        over.forEach(this::remove);
    }

    /** Streams that are waited for, each counted once for every address. */
    synchronized int streams() {
        return streams;
    }
}
