package io.millrace.control.streams.origins;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Entry;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Shares the lists that origins answer to one control plane with the others. A list is stored in parts, of which only those that changed
 * are written; its head is written each time and tells that the origin was asked again. Any thread; {@link #catchUp} by one at a time.
 */
final class ListExchange {

    /** For a control plane that starts: it knows at once what origins listed last. */
    static final Duration LIVES = Duration.ofMinutes(5);

    /** A head whose parts have not come after so many attempts belongs to a list that is not written any more. */
    static final int MAX_ASSEMBLIES = 40;

    private static final Logger LOG = Logger.getLogger(ListExchange.class);
    private static final int PAGE = 1_000;
    private static final int ATTEMPTS = 3;

    private final KeyedStore<OriginId, ListHead> heads;
    private final KeyedStore<String, ListPart> parts;
    private final String writer;
    private final SteadyClock clock;
    private final Receiver receiver;

    /** Heads that have come and whose list is not assembled yet. */
    private final Map<OriginId, Due> due = new ConcurrentHashMap<>();

    /** Takes in a list that another control plane was given. */
    interface Receiver {

        /** @param asked when the origin was asked, by the clock here */
        void received(ListHead head, Map<StreamKey, String> live, Instant asked);
    }

    private final LongAdder partsWritten = new LongAdder();
    private final LongAdder shared = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder missed = new LongAdder();

    /** @param at when this control plane was notified */
    private record Due(long version, int assemblies, Instant at) {}

    /** @param writer names this run of this control plane, as no other is named */
    ListExchange(
            KeyedStore<OriginId, ListHead> heads,
            KeyedStore<String, ListPart> parts,
            String writer,
            SteadyClock clock,
            Receiver receiver) {
        this.heads = heads;
        this.parts = parts;
        this.writer = writer;
        this.clock = clock;
        this.receiver = receiver;
    }

    void start() {
        var _ = heads.subscribe(this::changed);
        List<Entry<OriginId, ListHead>> page = heads.list(null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(entry -> due.put(entry.key(), new Due(entry.stored().version(), 0, clock.instant())));
            page = heads.list(page.getLast().key(), PAGE);
        }
    }

    /** Writes what differs from what is there; waits for the store. */
    void share(OriginId origin, Incarnation incarnation, Map<StreamKey, String> live, boolean complete, Instant asked) {
        Map<String, String> list = new HashMap<>();
        live.forEach((stream, client) -> list.put(stream.toString(), client));
        try {
            int former = heads.find(origin).map(head -> head.value().parts()).orElse(0);
            List<ListPart> split = ListPart.split(list, ListPart.count(list.size(), former));
            long digest = 0;
            for (int i = 0; i < split.size(); i++) {
                writePart(key(origin, i), split.get(i));
                digest += split.get(i).digest();
            }
            long ago = Duration.between(asked, clock.instant()).toMillis();
            writeHead(new ListHead(writer, origin, incarnation, ago, complete, split.size(), digest));
        } catch (StoreUnavailableException e) {
            missed.increment();
            LOG.debugf("list of an origin not shared origin=%s why=\"%s\"", origin, e.getMessage());
        }
    }

    private void writePart(String key, ListPart part) {
        Versioned<ListPart> there = parts.find(key).orElse(null);
        for (int i = 0; i < ATTEMPTS; i++) {
            if (there != null && there.value().equals(part) && parts.touch(key, LIVES)) {
                return;
            }
            partsWritten.increment();
            long expected = there == null ? Versioned.ABSENT : there.version();
            Outcome<ListPart> outcome = parts.compareAndSet(key, expected, part, LIVES);
            if (outcome.written()) {
                return;
            }
            there = outcome.current();
        }
        // Another control plane writes a list of the same origin at the same time: the digest tells which one is whole.
    }

    private void writeHead(ListHead head) {
        Versioned<ListHead> there = heads.find(head.origin()).orElse(null);
        for (int i = 0; i < ATTEMPTS; i++) {
            long expected = there == null ? Versioned.ABSENT : there.version();
            Outcome<ListHead> outcome = heads.compareAndSet(head.origin(), expected, head, LIVES);
            if (outcome.written()) {
                shared.increment();
                return;
            }
            there = outcome.current();
        }
    }

    private void changed(Change<OriginId, ListHead> change) {
        Versioned<ListHead> current = change.current();
        if (current != null && !current.value().writer().equals(writer)) {
            due.put(change.key(), new Due(current.version(), 0, clock.instant()));
        }
    }

    /** Takes in the lists of which the heads have come; parts may come later than their head. */
    void catchUp() {
        due.forEach((origin, seen) -> {
            Optional<Versioned<ListHead>> head = heads.find(origin);
            if (head.isEmpty() || head.get().value().writer().equals(writer)) {
                due.remove(origin, seen);
                return;
            }
            Optional<Map<StreamKey, String>> list = assemble(head.get().value());
            if (list.isPresent()) {
                due.remove(origin, seen);
                received.increment();
                ListHead known = head.get().value();
                receiver.received(known, list.get(), seen.at().minusMillis(Math.max(0, known.agoMillis())));
            } else if (seen.assemblies() < MAX_ASSEMBLIES) {
                due.replace(origin, seen, new Due(seen.version(), seen.assemblies() + 1, seen.at()));
            } else {
                missed.increment();
                due.remove(origin, seen);
            }
        });
    }

    /** Empty as long as the parts are not those of this head. */
    private Optional<Map<StreamKey, String>> assemble(ListHead head) {
        Map<StreamKey, String> live = new HashMap<>();
        long digest = 0;
        for (int i = 0; i < head.parts(); i++) {
            Optional<Versioned<ListPart>> part = parts.find(key(head.origin(), i));
            if (part.isEmpty()) {
                return Optional.empty();
            }
            digest += part.get().value().digest();
            part.get().value().live().forEach((stream, client) -> live.put(StreamKey.parse(stream), client));
        }
        return digest == head.digest() ? Optional.of(live) : Optional.empty();
    }

    private static String key(OriginId origin, int part) {
        return String.format(
                Locale.ROOT, "%s/%05d", Objects.requireNonNull(origin).value(), part);
    }

    /** How many parts were written in all, which is what the lists cost. */
    long partsWritten() {
        return partsWritten.sum();
    }

    long shared() {
        return shared.sum();
    }

    long received() {
        return received.sum();
    }

    /** Lists that were not shared, or not received here. */
    long missed() {
        return missed.sum();
    }
}
