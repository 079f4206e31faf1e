package io.millrace.control.streams.resolve;

import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.LockChecks;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamDirectory.Eviction;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.admin.DrainSweep;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Binding;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A directory with everything around it that a test can turn. */
public final class Cluster {

    public final MovableClock clock = new MovableClock();
    public final OriginsStandIn origins = new OriginsStandIn();
    public final ConfigStandIn config = new ConfigStandIn();
    public final EventLog events = new EventLog(clock, 100_000);
    public MemoryKeyedStore<StreamKey, Binding> store = new MemoryKeyedStore<>(clock);
    public StreamState state;
    public BindingDirectory directory;
    public StreamAdmin admin;
    public DrainSweep drain;
    private final Random random;

    private long reserved;

    public Cluster(String... originNames) {
        this(1, Duration.ZERO, originNames);
    }

    public Cluster(long seed, Duration rebuild, String... originNames) {
        this.random = new Random(seed);
        origins.with(originNames);
        open(rebuild, store);
    }

    private void open(Duration rebuild, KeyedStore<StreamKey, Binding> on) {
        state = newState(rebuild, on);
        directory = new BindingDirectory(state, events, clock);
        admin = new StreamAdmin(state);
        drain = new DrainSweep(state, StreamSettings.DEFAULT, clock);
    }

    /** From now on every call to the store is checked. */
    LockChecks checkLocks() {
        LockChecks locks = new LockChecks();
        open(Duration.ZERO, locks.of(store));
        return locks;
    }

    /** The control plane loses its memory, but for the versions that it may have given. */
    void restart(Duration rebuild) {
        reserved += 1_000_000;
        store = new MemoryKeyedStore<>(clock);
        store.versionsAbove(reserved);
        open(rebuild, store);
    }

    private StreamState newState(Duration rebuild, KeyedStore<StreamKey, Binding> on) {
        return StreamState.of(
                on, origins, config, events, new RebuildWindow(clock, rebuild), StreamSettings.DEFAULT, clock, random);
    }

    /** Another control plane on the same store. */
    BindingDirectory another() {
        return new BindingDirectory(newState(Duration.ZERO, store), events, clock);
    }

    public void advance(Duration time) {
        clock.advance(time);
        store.sweep();
    }

    public static StreamKey stream(String name) {
        return new StreamKey("v", "live", name);
    }

    public ResolveAnswer publish(String worker, String stream, OriginObservation... failed) {
        return resolve(worker, stream, Intent.PUBLISH, failed);
    }

    public ResolveAnswer play(String worker, String stream, OriginObservation... failed) {
        return resolve(worker, stream, Intent.PLAY, failed);
    }

    public ResolveAnswer resolve(String worker, String stream, Intent intent, OriginObservation... failed) {
        return directory.resolve(new ResolveRequest(
                worker, stream(stream), intent, Protocol.RTMP, Arrays.asList(failed), List.of(), clock.instant()));
    }

    public OriginObservation failed(OriginId origin) {
        return new OriginObservation(origin, Incarnation.UNKNOWN, Failure.REFUSED, "refused", clock.instant());
    }

    public List<Eviction> report(String worker, StreamReport... streams) {
        return directory.report(worker, Arrays.asList(streams));
    }

    public static StreamReport live(String stream, OriginId origin, long epoch) {
        return new StreamReport(stream(stream), origin, epoch, 1, 0, 0, 0);
    }

    public static StreamReport watched(String stream, OriginId origin, long epoch) {
        return new StreamReport(stream(stream), origin, epoch, 0, 1, 0, 0);
    }

    public List<String> eventWords() {
        return events.after(0, event -> true, 100_000).stream()
                .map(Event::kind)
                .map(kind -> kind.word())
                .toList();
    }
}
