package io.millrace.worker.access.limit;

import io.millrace.model.Intent;
import io.millrace.model.access.VhostUse;
import io.millrace.model.address.AddressGroup;
import io.millrace.worker.admin.sessions.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sessions of one vhost that has limits. Guarded by its owner. */
final class VhostHolding {

    private final String vhost;
    private final Set<Session> publishers = new HashSet<>();
    /** In the order in which they came. */
    private final LinkedHashMap<Session, SendRate> viewers = new LinkedHashMap<>();

    private final Map<String, Integer> byAddress = new HashMap<>();

    VhostHolding(String vhost) {
        this.vhost = vhost;
    }

    void add(Session session, long now) {
        boolean added = session.intent() == Intent.PUBLISH
                ? publishers.add(session)
                : viewers.putIfAbsent(session, new SendRate(now, session.bytesOut())) == null;
        if (added) {
            byAddress.merge(AddressGroup.of(session.clientHost()), 1, Integer::sum);
        }
    }

    void remove(Session session) {
        boolean removed =
                session.intent() == Intent.PUBLISH ? publishers.remove(session) : viewers.remove(session) != null;
        if (removed) {
            byAddress.computeIfPresent(
                    AddressGroup.of(session.clientHost()), (group, count) -> count == 1 ? null : count - 1);
        }
    }

    int count(Intent intent) {
        return intent == Intent.PUBLISH ? publishers.size() : viewers.size();
    }

    int ofAddress(String group) {
        return byAddress.getOrDefault(group, 0);
    }

    boolean isEmpty() {
        return publishers.isEmpty() && viewers.isEmpty();
    }

    /** Those that came last. */
    List<Session> newestViewers(int count) {
        List<Session> newest = new ArrayList<>();
        var fromTheNewest = viewers.sequencedKeySet().reversed().iterator();
        while (newest.size() < count && fromTheNewest.hasNext()) {
            newest.add(fromTheNewest.next());
        }
        return newest;
    }

    /** @param now by a clock of nanoseconds */
    VhostUse use(long now) {
        double kbps = 0;
        for (Map.Entry<Session, SendRate> viewer : viewers.entrySet()) {
            viewer.getValue().sample(now, viewer.getKey().bytesOut());
            kbps += viewer.getValue().kbps();
        }
        return new VhostUse(vhost, publishers.size(), viewers.size(), (int) Math.min(Integer.MAX_VALUE, kbps));
    }
}
