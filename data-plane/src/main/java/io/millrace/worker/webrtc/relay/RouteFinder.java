package io.millrace.worker.webrtc.relay;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.routing.client.MediaRouteBook;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.webrtc.RouteUfrags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the media of a ufrag goes: what signalling at this worker told, what the ufrag itself says, and else what the control plane
 * knows. It is asked once per unknown ufrag, and so often per second at most that strangers with made-up names do not become its
 * load. Any thread; returns at once.
 */
final class RouteFinder {

    /** From the answer of signalling to the first packet. */
    static final Duration EXPECTATION = Duration.ofSeconds(60);

    /** A client asks again within half a second; by then signalling at another worker may have told the control plane. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(2);

    private static final int MAX_EXPECTED = 20_000;
    private static final int MAX_UNKNOWN = 2_000;
    private static final int MAX_ASKING = 500;
    private static final int MAX_LOOKUPS_PER_SECOND = 200;

    private final RouteUfrags ufrags;
    private final MediaRouteBook book;
    private final CurrentTable table;
    private final InstantSource clock;
    private final RelayMetrics metrics;
    private final Remembered<MediaRoute> expected;
    private final Remembered<Boolean> unknown;
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    private long second;
    private int lookupsInSecond;

    RouteFinder(
            RouteUfrags ufrags, MediaRouteBook book, CurrentTable table, InstantSource clock, RelayMetrics metrics) {
        this.ufrags = ufrags;
        this.book = book;
        this.table = table;
        this.clock = clock;
        this.metrics = metrics;
        this.expected = new Remembered<>(MAX_EXPECTED, EXPECTATION, clock);
        this.unknown = new Remembered<>(MAX_UNKNOWN, UNKNOWN_FOR, clock);
    }

    /** @param route empty while only the ufrag itself told the origin; then the stream is not known yet */
    record Place(Origin origin, Endpoint endpoint, Optional<MediaRoute> route) {}

    /** What came of looking for a ufrag. */
    sealed interface Answer {
        record Found(Place place) implements Answer {}

        /** The packet that asked goes nowhere. */
        record NotNow(Drop cause) implements Answer {}
    }

    void expect(MediaRoute route) {
        expected.put(route.key(), route);
        unknown.remove(route.key());
    }

    void forget(String ufrag) {
        expected.remove(ufrag);
    }

    Answer find(String ufrag) {
        Optional<MediaRoute> told = expected.get(ufrag);
        if (told.isPresent()) {
            return place(told.get());
        }
        Optional<RouteUfrags.Lead> lead = ufrags.read(ufrag);
        if (lead.isPresent()) {
            Origin origin = lead.get().origin();
            return origin.endpoint(Listener.RTC)
                    .<Answer>map(endpoint -> new Answer.Found(new Place(origin, endpoint, Optional.empty())))
                    .orElseGet(() -> new Answer.NotNow(Drop.UNKNOWN_ORIGIN));
        }
        return new Answer.NotNow(ask(ufrag));
    }

    private Answer place(MediaRoute route) {
        return table.origin(route.origin())
                .<Answer>map(origin -> new Answer.Found(new Place(origin, route.endpoint(), Optional.of(route))))
                .orElseGet(() -> new Answer.NotNow(Drop.UNKNOWN_ORIGIN));
    }

    private Drop ask(String ufrag) {
        if (unknown.get(ufrag).isPresent() || asking.contains(ufrag)) {
            return Drop.UNKNOWN_UFRAG;
        }
        if (!mayAsk()) {
            return Drop.LOOKUP_LIMIT;
        }
        if (asking.add(ufrag)) {
            book.find(ufrag).whenComplete((route, failure) -> {
                if (failure != null) {
                    metrics.lookedUp(RelayMetrics.Lookup.FAILED);
                    unknown.put(ufrag, true);
                } else if (route.isPresent()) {
                    metrics.lookedUp(RelayMetrics.Lookup.FOUND);
                    expected.put(ufrag, route.get());
                } else {
                    metrics.lookedUp(RelayMetrics.Lookup.NONE);
                    unknown.put(ufrag, true);
                }
                asking.remove(ufrag);
            });
        }
        return Drop.UNKNOWN_UFRAG;
    }

    private synchronized boolean mayAsk() {
        Instant now = clock.instant();
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            lookupsInSecond = 0;
        }
        if (lookupsInSecond >= MAX_LOOKUPS_PER_SECOND || asking.size() >= MAX_ASKING) {
            return false;
        }
        lookupsInSecond++;
        return true;
    }

    /** How much is held in memory, for tests. */
    int size() {
        return expected.size() + unknown.size() + asking.size();
    }
}
