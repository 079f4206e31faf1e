package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.access.AccessRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads rules of access that an operator sent; whatever is wrong is named by its place, as in {@code rules[2].play.keys[0]}. */
final class AccessRuleReader {

    /** Each is tried for every new session that none before it matches. */
    private static final int MAX_RULES = 500;

    private static final Set<String> FIELDS = Set.of("name", "vhost", "app", "stream", "publish", "play");

    private AccessRuleReader() {}

    /**
     * @param place of the list
     * @param keys whether there is a key of a name
     */
    static List<AccessRule> read(String place, JsonNode list, Predicate<String> keys, Mistakes mistakes) {
        if (!list.isArray() || list.size() > MAX_RULES) {
            mistakes.add(place, place + " is no list of up to " + MAX_RULES + " rules");
            return List.of();
        }
        List<AccessRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = place + "[" + i + "]";
            if (!list.get(i).isObject()) {
                mistakes.add(at, at + " is no object");
                continue;
            }
            Mistakes here = new Mistakes();
            AccessRule rule = rule(list.get(i), keys, here);
            if (!rule.name().isEmpty() && !names.add(rule.name())) {
                here.add("name", "name is '" + rule.name() + "', as another rule's is");
            }
            mistakes.addAll(at, here);
            rules.add(rule);
        }
        return rules;
    }

    private static AccessRule rule(JsonNode node, Predicate<String> keys, Mistakes here) {
        here.onlyFields("", node, FIELDS);
        JsonBody body = JsonBody.of(node);
        AccessCheckReader checks = new AccessCheckReader(keys, here);
        return new AccessRule(
                here.read("", () -> body.text("name")),
                here.read("*", () -> pattern(body, "vhost")),
                here.read("*", () -> pattern(body, "app")),
                here.read("*", () -> pattern(body, "stream")),
                checks.read("publish", node.path("publish")),
                checks.read("play", node.path("play")));
    }

    private static String pattern(JsonBody body, String field) {
        String pattern = body.optionalText(field).orElse("*");
        if (pattern.isEmpty()) {
            throw new InvalidFieldException(field, field + " is empty and would match nothing; * matches everything");
        }
        return pattern;
    }
}
