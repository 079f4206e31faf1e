package io.millrace.control.peers;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The running control planes: an entry for each, which lives as long as it is touched. */
public final class Peers {

    private static final Logger LOG = Logger.getLogger(Peers.class);

    /** A control plane that was silent for so long is no peer any more. */
    static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

    /** More than any cluster has; a listing has to end somewhere. */
    private static final int MAX_PEERS = 100;

    private final KeyedStore<String, Peer> store;
    private final Supplier<Peer> self;

    /** @param self may change: where a control plane is reached is known for sure only once it listens */
    public Peers(KeyedStore<String, Peer> store, Supplier<Peer> self) {
        this.store = store;
        this.self = self;
    }

    /** Announces this control plane; to be called every few seconds. */
    public void announce() {
        Peer now = self.get();
        Optional<Versioned<Peer>> said = store.find(now.run());
        if (said.filter(stored -> stored.value().equals(now)).isPresent() && store.touch(now.run(), TIME_TO_LIVE)) {
            return;
        }
        try {
            var _ = store.compareAndSet(
                    now.run(), said.map(Versioned::version).orElse(Versioned.ABSENT), now, TIME_TO_LIVE);
        } catch (StoreUnavailableException away) {
            LOG.debugf("control plane not announced why=\"%s\"", away.getMessage());
        }
    }

    /** Removes this control plane's entry, so that others need not wait until it expires. */
    public void leave() {
        try {
            store.find(self.get().run())
                    .ifPresent(stored -> store.remove(stored.value().run(), stored.version()));
        } catch (StoreUnavailableException away) {
            LOG.debugf("entry of this control plane not removed why=\"%s\"", away.getMessage());
        }
    }

    public Peer self() {
        return self.get();
    }

    /** The one that has been there for longest first; this one is always among them. */
    public List<Peer> all() {
        return Stream.concat(Stream.of(self.get()), others().stream())
                .sorted(Comparator.comparing(Peer::since).thenComparing(Peer::run))
                .toList();
    }

    public List<Peer> others() {
        String own = self.get().run();
        return store.list(null, MAX_PEERS).stream()
                .map(entry -> entry.stored().value())
                .filter(peer -> !peer.run().equals(own))
                .toList();
    }

    public Optional<Peer> other(String run) {
        return others().stream().filter(peer -> peer.run().equals(run)).findFirst();
    }
}
