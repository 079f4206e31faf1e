package io.millrace.control.streams.resolve;

import io.millrace.control.config.ConfigRepository;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.Origins;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Binding;
import io.millrace.model.StreamKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;

/** The directory of the process. */
@ApplicationScoped
class ResolveBeans {

    @Produces
    @Singleton
    StreamState state(
            KeyedStores stores,
            Origins origins,
            ConfigRepository config,
            EventLog events,
            RebuildWindow rebuild,
            StreamSettings settings,
            SteadyClock clock) {
        return StreamState.of(
                stores.shared("bindings", StreamKey.class, Binding.class),
                origins,
                config,
                events,
                rebuild,
                settings,
                clock,
                () -> ThreadLocalRandom.current().nextLong());
    }

    @Produces
    @Singleton
    BindingDirectory directory(StreamState state, EventLog events, SteadyClock clock) {
        return new BindingDirectory(state, events, clock);
    }
}
