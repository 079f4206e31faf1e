package io.millrace.model.table;

import io.millrace.model.access.VhostLimits;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the control plane sets for all workers.
 *
 * @param reportMillis how often a worker reports
 * @param bindingFreshMillis how long a worker may use a resolved binding without asking again
 * @param clientTraits by vhost, or {@link #EVERY_VHOST}: what is sent to origins of a viewer although others share the answer, which then
 *     only viewers share that are alike in it
 * @param limits of vhosts, in the order in which they are tried
 */
public record ClusterSettings(
        int reportMillis,
        int bindingFreshMillis,
        Map<String, Set<ClientTrait>> clientTraits,
        List<VhostLimits> limits) {

    public static final ClusterSettings DEFAULT = new ClusterSettings(2_000, 1_000);

    /** Stands for all vhosts that are not named. */
    public static final String EVERY_VHOST = "*";

    public ClusterSettings {
        if (reportMillis < 100 || reportMillis > 60_000) {
            throw new IllegalArgumentException("reportMillis is " + reportMillis + "; allowed are 100 to 60000");
        }
        if (bindingFreshMillis < 0 || bindingFreshMillis > 60_000) {
            throw new IllegalArgumentException(
                    "bindingFreshMillis is " + bindingFreshMillis + "; allowed are 0 to 60000");
        }
        Map<String, Set<ClientTrait>> copy = new TreeMap<>();
        // What was written before there were any has none.
        Objects.requireNonNullElse(clientTraits, Map.<String, Set<ClientTrait>>of())
                .forEach((vhost, traits) -> copy.put(vhost, copyOf(traits)));
        clientTraits = Collections.unmodifiableMap(copy);
        limits = limits == null ? List.of() : List.copyOf(limits);
    }

    public ClusterSettings(int reportMillis, int bindingFreshMillis, Map<String, Set<ClientTrait>> clientTraits) {
        this(reportMillis, bindingFreshMillis, clientTraits, List.of());
    }

    public ClusterSettings(int reportMillis, int bindingFreshMillis) {
        this(reportMillis, bindingFreshMillis, Map.of());
    }

    public ClusterSettings withLimits(List<VhostLimits> next) {
        return new ClusterSettings(reportMillis, bindingFreshMillis, clientTraits, next);
    }

    /** In one order, so that the same settings are always the same text. */
    private static Set<ClientTrait> copyOf(Set<ClientTrait> traits) {
        return Collections.unmodifiableSet(
                traits.isEmpty() ? EnumSet.noneOf(ClientTrait.class) : EnumSet.copyOf(traits));
    }

    public Set<ClientTrait> clientTraitsOf(String vhost) {
        Set<ClientTrait> named = clientTraits.get(vhost);
        return named != null ? named : clientTraits.getOrDefault(EVERY_VHOST, Set.of());
    }
}
