package io.millrace.control.streams.resolve;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.binding.Bindings;
import io.millrace.control.streams.live.LivePublishers;
import io.millrace.control.streams.live.LiveStreams;
import io.millrace.control.streams.live.OriginPublishers;
import io.millrace.control.streams.live.OriginTroubles;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Binding;
import io.millrace.model.StreamKey;
import java.util.random.RandomGenerator;

/**
 * What is known of the streams and decides about them; one of each in a process.
 *
 * @param live what workers report
 * @param originPublishers what origins report
 * @param publishers both together
 */
public record StreamState(
        Origins origins,
        LiveStreams live,
        OriginPublishers originPublishers,
        OriginTroubles troubles,
        LivePublishers publishers,
        Bindings bindings,
        StreamPlacer placer,
        Judge judge) {

    /** @param random must be safe for use by any thread */
    public static StreamState of(
            KeyedStore<StreamKey, Binding> store,
            Origins origins,
            ConfigRepository config,
            EventLog events,
            RebuildWindow rebuild,
            StreamSettings settings,
            SteadyClock clock,
            RandomGenerator random) {
        LiveStreams live = new LiveStreams();
        OriginPublishers originPublishers = new OriginPublishers();
        OriginTroubles troubles = new OriginTroubles(origins, clock);
        LivePublishers publishers = new LivePublishers(live, originPublishers, troubles);
        Bindings bindings = new Bindings(store, origins, settings, events, clock);
        StreamPlacer placer = new StreamPlacer(origins, config, bindings, random);
        Judge judge = new Judge(origins, troubles, publishers, rebuild, clock);
        origins.onChange(troubles::update);
        origins.carriedBy(live::on);
        return new StreamState(origins, live, originPublishers, troubles, publishers, bindings, placer, judge);
    }
}
