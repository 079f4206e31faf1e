package io.millrace.worker.access.ban;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Bans by what they name, so that a lookup costs a step for each length of prefix that occurs, not for each ban. Only patterns without a network
 * or a subject are tried one by one. Immutable.
 */
final class BanIndex {

    static final BanIndex EMPTY = new BanIndex(List.of());

    private final Map<Network, List<Ban>> byNetwork = new HashMap<>();
    private final Map<String, List<Ban>> bySubject = new HashMap<>();
    private final Map<StreamKey, List<Ban>> byStream = new HashMap<>();
    private final List<Ban> byPattern = new ArrayList<>();
    private final int[] v4Prefixes;
    private final int[] v6Prefixes;

    private BanIndex(List<Ban> bans) {
        bans.forEach(this::add);
        v4Prefixes = prefixes(false);
        v6Prefixes = prefixes(true);
    }

    static BanIndex of(List<Ban> bans) {
        return bans.isEmpty() ? EMPTY : new BanIndex(bans);
    }

    private void add(Ban ban) {
        if (ban.network() != null) {
            byNetwork.computeIfAbsent(ban.network(), key -> new ArrayList<>()).add(ban);
        } else if (ban.subject() != null) {
            bySubject.computeIfAbsent(ban.subject(), key -> new ArrayList<>()).add(ban);
        } else if (ban.namesOneStream()) {
            stream(ban)
                    .ifPresent(key -> byStream.computeIfAbsent(key, none -> new ArrayList<>())
                            .add(ban));
        } else {
            byPattern.add(ban);
        }
    }

    /** Empty for a name that no stream can have. */
    private static Optional<StreamKey> stream(Ban ban) {
        try {
            return Optional.of(new StreamKey(ban.vhost(), ban.app(), ban.stream()));
        } catch (IllegalArgumentException noStream) {
            return Optional.empty();
        }
    }

    private int[] prefixes(boolean v6) {
        TreeSet<Integer> lengths = new TreeSet<>();
        byNetwork.keySet().stream()
                .filter(network -> network.isV6() == v6)
                .forEach(network -> lengths.add(network.bits()));
        return lengths.stream().mapToInt(Integer::intValue).toArray();
    }

    boolean isEmpty() {
        return this == EMPTY;
    }

    /**
     * @param address null where it is unknown
     * @param subject whom the session's credential names; null for nobody
     */
    Optional<Ban> find(@Nullable Network address, StreamKey stream, @Nullable String subject, Intent intent) {
        if (isEmpty()) {
            return Optional.empty();
        }
        if (address != null) {
            for (int bits : address.isV6() ? v6Prefixes : v4Prefixes) {
                Optional<Ban> found = first(byNetwork.get(address.first(bits)), address, stream, subject, intent);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return (subject == null
                        ? Optional.<Ban>empty()
                        : first(bySubject.get(subject), address, stream, subject, intent))
                .or(() -> first(byStream.get(stream), address, stream, subject, intent))
                .or(() -> first(byPattern, address, stream, subject, intent));
    }

    /** A ban of an address from all streams, whatever for. */
    Optional<Ban> find(Network address) {
        for (int bits : address.isV6() ? v6Prefixes : v4Prefixes) {
            for (Ban ban : byNetwork.getOrDefault(address.first(bits), List.of())) {
                if (ban.coversAllStreams() && ban.subject() == null && ban.intent() == null) {
                    return Optional.of(ban);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Ban> first(
            @Nullable List<Ban> bans,
            @Nullable Network address,
            StreamKey stream,
            @Nullable String subject,
            Intent intent) {
        if (bans != null) {
            for (Ban ban : bans) {
                if (ban.appliesTo(address, stream, subject, intent)) {
                    return Optional.of(ban);
                }
            }
        }
        return Optional.empty();
    }
}
