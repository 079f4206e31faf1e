package io.millrace.control.placement;

import io.millrace.model.Glob;
import io.millrace.model.Origin;
import io.millrace.model.placement.PlacementRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is allowed in a list of rules, yet probably not meant. */
public final class RuleWarnings {

    private RuleWarnings() {}

    public static List<String> of(List<PlacementRule> rules, Collection<Origin> origins) {
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            PlacementRule rule = rules.get(i);
            String name = "rules[" + i + "] (" + rule.name() + ")";
            for (int earlier = 0; earlier < i; earlier++) {
                if (covers(rules.get(earlier), rule)) {
                    warnings.add(name + " never applies: rules[" + earlier + "] ("
                            + rules.get(earlier).name() + ") matches every stream that it matches");
                    break;
                }
            }
            IneffectiveValues.of(rule).forEach((field, why) -> warnings.add(name + "." + field + " " + why));
            if (origins.stream().noneMatch(rule::accepts)) {
                warnings.add(name + " is satisfied by no known origin: none has zone '" + rule.zone() + "' and labels "
                        + rule.labels());
            }
        }
        return List.copyOf(warnings);
    }

    private static boolean covers(PlacementRule earlier, PlacementRule later) {
        return covers(earlier.vhost(), later.vhost())
                && covers(earlier.app(), later.app())
                && covers(earlier.stream(), later.stream());
    }

    /**
     * Whether one pattern matches all that another matches. The other's text is read as if its {@code *} and {@code ?} were
     * ordinary characters, which is right as long as no {@code ?} of the first has to stand for a whole {@code *}; then it
     * answers no.
     */
    public static boolean covers(String earlier, String later) {
        if (earlier.equals(later)) {
            return true;
        }
        return !(earlier.indexOf('?') >= 0 && later.indexOf('*') >= 0) && Glob.matches(earlier, later);
    }
}
