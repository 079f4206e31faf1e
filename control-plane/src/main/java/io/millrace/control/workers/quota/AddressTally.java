package io.millrace.control.workers.quota;

import io.millrace.model.access.VhostLimits;
import io.millrace.model.address.AddressGroup;
import io.millrace.model.address.AddressText;
import io.millrace.model.wire.SessionReport;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many sessions each address has of each vhost that limits them. Pure. */
final class AddressTally {

    /** Of a vhost, those with the most sessions. */
    static final int MAX_ADDRESSES = 1_000;

    /** An address below this part of the limit is of no interest to other control planes. */
    private static final int PART = 4;

    private AddressTally() {}

    /**
     * @param sessions open ones
     * @return by vhost and address, those that have a part of the limit at least
     */
    static Map<String, Map<String, Integer>> of(Stream<SessionReport> sessions, List<VhostLimits> limits) {
        Map<String, Integer> maxima = new HashMap<>();
        Map<String, Map<String, Integer>> counts = new HashMap<>();
        sessions.forEach(session -> {
            String vhost = session.stream().vhost();
            int max = maxima.computeIfAbsent(vhost, name -> max(limits, name));
            if (max < Integer.MAX_VALUE) {
                counts.computeIfAbsent(vhost, name -> new HashMap<>())
                        .merge(AddressGroup.of(AddressText.host(session.clientAddress())), 1, Integer::sum);
            }
        });
        Map<String, Map<String, Integer>> kept = new HashMap<>();
        counts.forEach((vhost, addresses) -> {
            int least = Math.max(1, maxima.getOrDefault(vhost, 0) / PART);
            Map<String, Integer> many = addresses.entrySet().stream()
                    .filter(address -> address.getValue() >= least)
                    .sorted(Comparator.comparing((Map.Entry<String, Integer> address) -> -address.getValue()))
                    .limit(MAX_ADDRESSES)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            if (!many.isEmpty()) {
                kept.put(vhost, many);
            }
        });
        return kept;
    }

    private static int max(List<VhostLimits> limits, String vhost) {
        return VhostLimits.of(limits, vhost)
                .map(VhostLimits::maxSessionsPerAddress)
                .orElse(Integer.MAX_VALUE);
    }

    /** Those that have all that they may have, of what several control planes count together. */
    static Map<String, Set<String>> full(List<Map<String, Map<String, Integer>>> tallies, List<VhostLimits> limits) {
        Map<String, Map<String, Integer>> sums = new HashMap<>();
        tallies.forEach(tally -> tally.forEach((vhost, addresses) -> {
            Map<String, Integer> sum = sums.computeIfAbsent(vhost, name -> new HashMap<>());
            addresses.forEach((address, count) -> sum.merge(address, count, Integer::sum));
        }));
        Map<String, Set<String>> full = new HashMap<>();
        sums.forEach((vhost, addresses) -> {
            int max = max(limits, vhost);
            Set<String> reached = new HashSet<>();
            addresses.forEach((address, count) -> {
                if (count >= max && reached.size() < MAX_ADDRESSES) {
                    reached.add(address);
                }
            });
            if (!reached.isEmpty()) {
                full.put(vhost, reached);
            }
        });
        return full;
    }
}
