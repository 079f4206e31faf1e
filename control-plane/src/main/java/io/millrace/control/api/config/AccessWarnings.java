package io.millrace.control.api.config;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.placement.RuleWarnings;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What rules of access may say, yet probably do not mean. */
final class AccessWarnings {

    private AccessWarnings() {}

    /** @param keys whether there is a key of a name */
    static List<String> of(List<AccessRule> rules, Predicate<String> keys) {
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            AccessRule rule = rules.get(i);
            String name = "access rule " + i + " (" + rule.name() + ")";
            rules.subList(0, i).stream()
                    .filter(earlier -> covers(earlier, rule))
                    .findFirst()
                    .ifPresent(earlier -> warnings.add(name + " never applies: the rule " + earlier.name()
                            + " before it matches every stream that it matches"));
            AccessKeys.namedBy(rule).stream()
                    .filter(key -> !keys.test(key))
                    .forEach(key -> warnings.add(
                            name + " names the key " + key + ", which there is not: URLs that it signed are refused"));
            if (Stream.of(rule.publish(), rule.play()).anyMatch(AccessWarnings::takesKeysFromPlainHttp)) {
                warnings.add(
                        name
                                + " gets the keys of an issuer over plain HTTP: who can change what is on the way may issue tokens");
            }
        }
        return warnings;
    }

    private static boolean covers(AccessRule earlier, AccessRule later) {
        return RuleWarnings.covers(earlier.vhost(), later.vhost())
                && RuleWarnings.covers(earlier.app(), later.app())
                && RuleWarnings.covers(earlier.stream(), later.stream());
    }

    private static boolean takesKeysFromPlainHttp(AccessCheck check) {
        return check instanceof AccessCheck.Jwt jwt
                && jwt.jwks() != null
                && "http".equalsIgnoreCase(jwt.jwks().getScheme());
    }
}
