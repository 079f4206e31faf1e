package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.access.VhostLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads limits of vhosts that an operator sent; whatever is wrong is named by its place, as in {@code limits[2].maxKbps}. */
final class LimitsReader {

    private static final int MAX_LIMITS = 1_000;
    private static final int MOST = 1_000_000_000;
    private static final Set<String> FIELDS =
            Set.of("vhost", "maxPublishers", "maxViewers", "maxKbps", "maxSessionsPerAddress");

    private LimitsReader() {}

    /** @param place of the list */
    static List<VhostLimits> read(String place, JsonNode list, Mistakes mistakes) {
        if (!list.isArray() || list.size() > MAX_LIMITS) {
            mistakes.add(place, place + " is no list of up to " + MAX_LIMITS + " limits");
            return List.of();
        }
        List<VhostLimits> all = new ArrayList<>();
        Set<String> vhosts = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = place + "[" + i + "]";
            if (!list.get(i).isObject()) {
                mistakes.add(at, at + " is no object");
                continue;
            }
            Mistakes here = new Mistakes();
            VhostLimits limits = limits(list.get(i), here);
            if (here.count() == 0 && !vhosts.add(limits.vhost())) {
                here.add(
                        "vhost",
                        "vhost is '" + limits.vhost() + "', as that of another limit, which would never count");
            }
            mistakes.addAll(at, here);
            all.add(limits);
        }
        return all;
    }

    private static VhostLimits limits(JsonNode node, Mistakes here) {
        here.onlyFields("", node, FIELDS);
        JsonBody body = JsonBody.of(node);
        VhostLimits limits = new VhostLimits(
                here.read("*", () -> vhost(body)),
                number(body, "maxPublishers", here),
                number(body, "maxViewers", here),
                number(body, "maxKbps", here),
                number(body, "maxSessionsPerAddress", here));
        if (here.count() == 0 && limits.equals(new VhostLimits(limits.vhost(), null, null, null, null))) {
            here.add(
                    "maxViewers",
                    "maxViewers is missing, and so are the others; name at least one of maxPublishers, maxViewers, maxKbps and"
                            + " maxSessionsPerAddress");
        }
        return limits;
    }

    private static String vhost(JsonBody body) {
        String pattern = body.text("vhost");
        if (pattern.indexOf('/') >= 0) {
            throw new InvalidFieldException("vhost", "vhost is '" + pattern + "'; a vhost has no slash");
        }
        return pattern;
    }

    private static @Nullable Integer number(JsonBody body, String field, Mistakes here) {
        return here.read(Optional.<Integer>empty(), () -> body.wholeNumber(field, 0, MOST))
                .orElse(null);
    }
}
