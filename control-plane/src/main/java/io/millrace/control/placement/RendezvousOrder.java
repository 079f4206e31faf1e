package io.millrace.control.placement;

import io.millrace.model.Origin;
import io.millrace.model.placement.Rendezvous;
import java.util.ArrayList;
import java.util.List;

/** The order that every worker computes alike when no control plane answers. */
final class RendezvousOrder {

    private RendezvousOrder() {}

    static List<Ranked> rank(Situation situation) {
        List<Ranked> ranked = new ArrayList<>();
        for (Origin origin : Rendezvous.order(situation.stream(), situation.allowed())) {
            int number = ranked.size() + 1;
            ranked.add(new Ranked(
                    origin,
                    () -> "number " + number + " in the stream's rendezvous order (weight " + origin.weight() + ")"));
        }
        return ranked;
    }
}
