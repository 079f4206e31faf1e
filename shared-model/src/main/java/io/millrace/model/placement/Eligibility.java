package io.millrace.model.placement;

import io.millrace.model.Admission;
import io.millrace.model.Origin;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which origins may take a new stream; the filters before every policy, the same on both planes. */
public final class Eligibility {

    private Eligibility() {}

    /** Why an origin may not take a new stream, or empty when it may. */
    public static Optional<String> objection(Origin origin, Protocol protocol, PlacementRule rule) {
        if (!origin.offers(protocol)) {
            return Optional.of("does not offer " + protocol.word());
        }
        if (origin.state() == OriginState.DOWN) {
            return Optional.of("is down");
        }
        if (origin.admission() != Admission.OPEN) {
            return Optional.of("is " + origin.admission().word());
        }
        if (origin.weight() == 0) {
            return Optional.of("has weight 0");
        }
        if (!rule.accepts(origin)) {
            return Optional.of("does not carry the zone or labels of rule " + rule.name());
        }
        return Optional.empty();
    }

    /** The origins that may take a new stream; suspect ones only when no other is left. */
    public static List<Origin> eligible(Collection<Origin> origins, Protocol protocol, PlacementRule rule) {
        List<Origin> allowed = origins.stream()
                .filter(origin -> objection(origin, protocol, rule).isEmpty())
                .toList();
        List<Origin> up = allowed.stream()
                .filter(origin -> origin.state() == OriginState.UP)
                .toList();
        return up.isEmpty() ? allowed : up;
    }
}
