package io.millrace.control.srs.hooks;

import io.millrace.control.registry.Origins;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the origin that a hook is from. The {@code ip} in a hook is the client's and says nothing of it. */
final class HookOrigins {

    private final Origins origins;

    HookOrigins(Origins origins) {
        this.origins = origins;
    }

    /** @param address from which the hook came */
    Optional<Origin> find(Hook hook, String address) {
        Predicate<Origin> there = origin -> origin.ip().equals(address);
        List<Origin> sameServer = matching(origin -> origin.server().equals(hook.server()));
        return one(sameServer, origin -> origin.incarnation().service().equals(hook.service()))
                .or(() -> one(
                        sameServer,
                        there.and(origin -> origin.incarnation().service().equals(hook.service()))))
                // It was restarted and has not registered since.
                .or(() -> one(sameServer, there))
                // It was added by hand and never says what it calls itself.
                .or(() -> one(
                        origins.all(), there.and(origin -> origin.incarnation().equals(Incarnation.UNKNOWN))));
    }

    private List<Origin> matching(Predicate<Origin> wanted) {
        return origins.all().stream().filter(wanted).toList();
    }

    /** The only one that fits; of two it is unknown which it is. */
    private static Optional<Origin> one(List<Origin> candidates, Predicate<Origin> wanted) {
        List<Origin> found = candidates.stream().filter(wanted).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
