package io.millrace.model.placement;

import io.millrace.model.Glob;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which origins streams of certain names may use, and how one is picked. The first rule that matches a stream decides.
 *
 * @param vhost pattern; {@code *} stands for any run of characters, {@code ?} for one
 * @param app pattern
 * @param stream pattern
 * @param zone only origins of this zone; empty for any
 * @param labels only origins that carry all of these
 * @param standbys how many further origins to keep ready, in order
 */
public record PlacementRule(
        String name,
        String vhost,
        String app,
        String stream,
        Policy policy,
        String zone,
        Map<String, String> labels,
        int standbys,
        Delivery delivery) {

    /** What holds for a stream that no rule matches. */
    public static final PlacementRule DEFAULT =
            new PlacementRule("default", "*", "*", "*", Policy.LEAST_LOAD, "", Map.of(), 0, Delivery.RELAY);

    public PlacementRule {
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    public boolean matches(StreamKey key) {
        return Glob.matches(vhost, key.vhost()) && Glob.matches(app, key.app()) && Glob.matches(stream, key.stream());
    }

    /** Whether an origin's zone and labels satisfy this rule. */
    public boolean accepts(Origin origin) {
        return (zone.isEmpty() || zone.equals(origin.zone()))
                && (labels.isEmpty() || origin.labels().entrySet().containsAll(labels.entrySet()));
    }
}
