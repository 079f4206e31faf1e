package io.millrace.control.registry.registration;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.limits.TokenBuckets;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.registration.RegistrationRefusedException.Reason;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Checks registrations before the registry gets them: any host that reaches the port can send one, so a registration must not lead
 * clients anywhere but to the origin itself, nor fill the registry. Any thread.
 */
public final class Registrations {

    /** So many newcomers wait for approval; whoever makes some up takes no place from those that were approved. */
    static final int MAX_PENDING = 100;

    private static final String SYSTEM = "system";

    private final OriginRegistry registry;
    private final RegistrationSettings settings;
    private final OriginHosts hosts;
    private final TokenBuckets rates;
    private final LongSupplier nanos;
    private final MeterRegistry metrics;

    /** New origins whose registration is under way, each in a place of its own, and those that it takes the place of. */
    private final Set<OriginId> joining = new HashSet<>();

    private final Set<OriginId> evicted = new HashSet<>();

    /** @param nanos a monotonic clock */
    Registrations(
            OriginRegistry registry,
            RegistrationSettings settings,
            OriginHosts hosts,
            LongSupplier nanos,
            MeterRegistry metrics) {
        this.registry = registry;
        this.settings = settings;
        this.hosts = hosts;
        this.rates = new TokenBuckets(settings.perSecond(), settings.burst());
        this.nanos = nanos;
        this.metrics = metrics;
        for (Reason reason : Reason.values()) {
            refused(word(reason));
        }
        refused("endpoint");
        refused("ip");
    }

    /**
     * To be asked before a body is read.
     *
     * @throws RegistrationRefusedException when the address registers too often
     */
    public void admit(String sender) {
        if (!rates.take(sender, nanos.getAsLong())) {
            throw refuse(
                    Reason.TOO_FAST,
                    "more than " + settings.perSecond() + " registrations a second from " + sender + "; "
                            + InvalidSettingException.variable(RegistrationSettings.PER_SECOND) + " would allow more");
        }
    }

    /**
     * @throws InvalidFieldException when the origin is somewhere where it may not be, or an endpoint leads elsewhere
     * @throws RegistrationRefusedException when the sender's credential is of another origin, or there is no room for another origin
     */
    public void take(Registration sent, Sender sender) {
        if (!sender.scope().includes(sent.server())) {
            throw refuse(
                    Reason.NOT_ITS_CREDENTIAL,
                    "the credential is bound to servers " + sender.scope().servers() + ", and not to " + sent.server());
        }
        Optional<KnownOrigin> known = registry.known(sent.id());
        // What operators say of their origins counts, and nothing that these say themselves.
        Registration registration = known.isPresent() && known.get().source().isProbed()
                ? sent
                : located(
                        sent,
                        sender,
                        known.map(origin -> origin.described().endpoints()).orElse(Map.of()));
        if (known.isPresent()) {
            registry.register(registration);
            return;
        }
        OriginId id = registration.id();
        Optional<OriginId> oldest = reserve(id);
        try {
            oldest.ifPresent(down -> registry.remove(down, SYSTEM));
            registry.register(registration);
        } finally {
            release(id, oldest);
        }
    }

    private Registration located(Registration sent, Sender sender, Map<Listener, List<Endpoint>> before) {
        try {
            return hosts.locate(sent, sender, before);
        } catch (InvalidFieldException e) {
            refused(e.field().equals("ip") ? "ip" : "endpoint").increment();
            throw e;
        }
    }

    /**
     * Takes a place for a new origin; of two that come at once, each gets one. The monitor is not held while the store is asked.
     *
     * @return the origin to remove for it, the one that is down for longest: made up origins never answer, and a true one comes back by
     *     its next beat
     */
    private synchronized Optional<OriginId> reserve(OriginId id) {
        boolean waits = registry.wouldWait(id);
        Map<OriginId, KnownOrigin> registered = new HashMap<>();
        (waits ? registry.pending() : registry.all())
                .stream()
                        .flatMap(origin -> registry.known(origin.id()).stream())
                        .filter(known -> !known.source().isProbed() && !evicted.contains(known.id()))
                        .forEach(known -> registered.put(known.id(), known));
        Set<OriginId> taken = new HashSet<>(registered.keySet());
        taken.addAll(joining);
        Optional<OriginId> oldest = Optional.empty();
        if (taken.size() >= (waits ? MAX_PENDING : settings.maxOrigins()) && !taken.contains(id)) {
            oldest = registered.values().stream()
                    .filter(known -> known.state() == OriginState.DOWN)
                    .min(Comparator.comparing(known -> known.standing().since()))
                    .map(KnownOrigin::id);
            evicted.add(oldest.orElseThrow(() -> waits ? tooManyWait(taken.size()) : tooMany(taken.size())));
        }
        joining.add(id);
        return oldest;
    }

    private RegistrationRefusedException tooMany(int registered) {
        return refuse(
                Reason.TOO_MANY_ORIGINS,
                registered + " origins have registered, and none of them is down; "
                        + InvalidSettingException.variable(RegistrationSettings.MAX_ORIGINS) + " would allow more");
    }

    private RegistrationRefusedException tooManyWait(int pending) {
        return refuse(
                Reason.TOO_MANY_PENDING, pending + " origins wait for approval; approve some of them, or stop them");
    }

    private synchronized void release(OriginId id, Optional<OriginId> oldest) {
        joining.remove(id);
        oldest.ifPresent(evicted::remove);
    }

    private RegistrationRefusedException refuse(Reason reason, String message) {
        refused(word(reason)).increment();
        return new RegistrationRefusedException(reason, message);
    }

    private static String word(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Counter refused(String reason) {
        return Counter.builder("millrace.registrations.refused")
                .description("Registrations that were not taken, though they were well-formed")
                .tag("reason", reason)
                .register(metrics);
    }
}
