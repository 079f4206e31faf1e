package io.millrace.control.workers.quota;

import io.millrace.model.StreamKey;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.access.VhostUse;
import io.millrace.model.wire.SessionReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums up what workers have of vhosts with limits, and tells each how much it may have. */
public final class VhostQuotas {

    /** Vhosts in one answer: those that the worker has, then those that others have. */
    private static final int MAX_GRANTS = 1_000;

    /** Declared vhosts that none uses, for which a worker is told all the same how much it may have. */
    private static final int MAX_UNUSED = 200;

    private final Supplier<Picture> picture;
    private volatile BooleanSupplier mayKnowAll = () -> true;

    /** By worker, then by vhost. */
    private final Map<String, Map<String, Standing>> here = new HashMap<>();

    private final Map<String, UseSum> sums = new HashMap<>();
    private Map<String, Map<String, Integer>> addresses = Map.of();
    private List<QuotaShare> shares = List.of();
    private Map<String, UseSum> sumsElsewhere = Map.of();
    private Map<String, Set<String>> fullAddresses = Map.of();

    /** What operators configured. */
    public record Picture(List<VhostLimits> limits, List<String> vhosts) {}

    public VhostQuotas(Supplier<Picture> picture) {
        this.picture = picture;
    }

    /** Until then workers are told nothing, and go on with what they were told before: others may not have reported yet. */
    public void silentUnless(BooleanSupplier allHaveReported) {
        mayKnowAll = allHaveReported;
    }

    /**
     * A worker told what it has.
     *
     * @param workers how many there are
     * @return what it may have
     */
    public List<VhostGrant> report(String worker, List<VhostUse> use, int workers) {
        Picture now = picture.get();
        if (now.limits().isEmpty()) {
            forget(worker);
            return List.of();
        }
        synchronized (this) {
            // What it was promised before is void: it is told anew.
            forget(worker);
            Map<String, Standing> own = new HashMap<>();
            here.put(worker, own);
            use.stream().limit(MAX_GRANTS).forEach(one -> put(own, one.vhost(), Standing.of(one)));
            if (!mayKnowAll.getAsBoolean()) {
                return List.of();
            }
            List<VhostGrant> grants = new ArrayList<>();
            for (String vhost : vhostsToGrant(own.keySet(), now)) {
                Optional<VhostLimits> limits = VhostLimits.of(now.limits(), vhost);
                limits.ifPresent(found -> grants.add(grant(own, vhost, found, workers)));
            }
            return grants;
        }
    }

    private void put(Map<String, Standing> own, String vhost, Standing standing) {
        UseSum sum = sums.computeIfAbsent(vhost, key -> new UseSum());
        Standing before = own.put(vhost, standing);
        if (before != null) {
            sum.remove(before);
        }
        sum.add(standing);
    }

    private synchronized void forget(String worker) {
        Map<String, Standing> own = here.remove(worker);
        if (own != null) {
            own.forEach((vhost, standing) -> sums.computeIfPresent(vhost, (key, sum) -> {
                sum.remove(standing);
                return sum.isOfNone() ? null : sum;
            }));
        }
    }

    private Set<String> vhostsToGrant(Set<String> own, Picture now) {
        Set<String> vhosts = new LinkedHashSet<>(own);
        vhosts.add(StreamKey.DEFAULT_VHOST);
        Stream.concat(sums.keySet().stream(), sumsElsewhere.keySet().stream())
                .takeWhile(vhost -> vhosts.size() < MAX_GRANTS)
                .forEach(vhosts::add);
        now.vhosts().stream().limit(MAX_UNUSED).forEach(vhosts::add);
        return vhosts;
    }

    private UseSum sum(String vhost) {
        return sums.getOrDefault(vhost, UseSum.NOTHING).with(sumsElsewhere.getOrDefault(vhost, UseSum.NOTHING));
    }

    private VhostGrant grant(Map<String, Standing> own, String vhost, VhostLimits limits, int workers) {
        Standing has = own.getOrDefault(vhost, Standing.NONE);
        UseSum all = sum(vhost);
        Integer publishers = limits.maxPublishers() == null
                ? null
                : Integer.valueOf(Allotment.of(
                        limits.maxPublishers(),
                        workers,
                        has.publishers(),
                        all.publishers(),
                        all.promisedPublishers(),
                        false));
        Integer maxViewers = least(
                limits.maxViewers(),
                limits.maxKbps() == null
                        ? null
                        : Integer.valueOf(Allotment.viewersWithin(limits.maxKbps(), all.viewers(), all.kbps())));
        Integer viewers = maxViewers == null
                ? null
                : Integer.valueOf(Allotment.of(
                        maxViewers, workers, has.viewers(), all.stayingViewers(), all.promisedViewers(), true));
        put(own, vhost, has.allowed(publishers, viewers));
        return new VhostGrant(vhost, publishers, viewers, List.copyOf(fullAddresses.getOrDefault(vhost, Set.of())));
    }

    private static @Nullable Integer least(@Nullable Integer one, @Nullable Integer other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.min(one, other);
    }

    /**
     * To be called every second.
     *
     * @param workers those that report here; others are forgotten
     * @param sessions of them, which are walked over only where a limit counts them by address
     */
    public void refresh(Set<String> workers, Supplier<Stream<SessionReport>> sessions) {
        List<VhostLimits> limits = picture.get().limits();
        boolean byAddress = limits.stream().anyMatch(one -> one.maxSessionsPerAddress() != null);
        Map<String, Map<String, Integer>> counted = byAddress ? AddressTally.of(sessions.get(), limits) : Map.of();
        synchronized (this) {
            here.keySet().stream()
                    .filter(worker -> !workers.contains(worker))
                    .toList()
                    .forEach(this::forget);
            addresses = counted;
            List<Map<String, Map<String, Integer>>> tallies = new ArrayList<>();
            tallies.add(counted);
            shares.forEach(share -> tallies.add(share.addresses()));
            fullAddresses = byAddress ? AddressTally.full(tallies, limits) : Map.of();
        }
    }

    /** What the other control planes share. */
    synchronized void elsewhere(List<QuotaShare> others) {
        shares = List.copyOf(others);
        Map<String, UseSum> next = new HashMap<>();
        others.forEach(share -> share.workers().forEach((worker, vhosts) -> {
            // Unless it has come here since.
            if (!here.containsKey(worker)) {
                vhosts.forEach((vhost, standing) ->
                        next.computeIfAbsent(vhost, key -> new UseSum()).add(standing));
            }
        }));
        sumsElsewhere = next;
    }

    /** For the other control planes. */
    synchronized QuotaShare share() {
        Map<String, Map<String, Standing>> copy = new TreeMap<>();
        here.forEach((worker, vhosts) -> copy.put(worker, new TreeMap<>(vhosts)));
        return new QuotaShare(copy, addresses);
    }

    /** What all workers have, by vhost; of those that have limits and are used. */
    public synchronized List<VhostTotal> totals() {
        List<VhostLimits> limits = picture.get().limits();
        Set<String> used = new TreeSet<>(sums.keySet());
        used.addAll(sumsElsewhere.keySet());
        return used.stream()
                .filter(vhost -> VhostLimits.of(limits, vhost).isPresent())
                .map(vhost -> sum(vhost).total(vhost))
                .filter(total -> total.publishers() > 0 || total.viewers() > 0)
                .toList();
    }
}
