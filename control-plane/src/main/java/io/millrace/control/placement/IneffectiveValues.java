package io.millrace.control.placement;

import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of a rule that have no effect in this version: they are refused on write, and a stored rule that has one loads with a warning.
 * What gets an effect is deleted here.
 */
public final class IneffectiveValues {

    private static final int NO_STANDBYS = 0;

    private IneffectiveValues() {}

    /** @return by field, in one half sentence, why the value is refused */
    public static Map<String, String> of(PlacementRule rule) {
        Map<String, String> found = new LinkedHashMap<>();
        if (rule.standbys() != NO_STANDBYS) {
            found.put("standbys", "is " + rule.standbys() + ", which has no effect in this version; allowed is 0");
        }
        if (rule.delivery() != Delivery.RELAY) {
            found.put(
                    "delivery",
                    "is '" + rule.delivery().word() + "', which has no effect in this version; allowed is relay");
        }
        return found;
    }
}
