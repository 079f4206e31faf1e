package io.millrace.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.InvalidFieldException;
import io.millrace.model.Delivery;
import io.millrace.model.PlacementRule;
import io.millrace.model.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads placement rules that an operator sent; whatever is wrong is named by its place, as in {@code rules[2].policy}. */
final class RuleReader {

    private static final int MAX_RULES = 1_000;
    private static final int MAX_TEXT = 512;
    private static final int MAX_STANDBYS = 16;
    private static final Set<String> FIELDS =
            Set.of("name", "vhost", "app", "stream", "policy", "zone", "labels", "standbys", "delivery");

    private final List<String> warnings = new ArrayList<>();

    /** Fields that no rule has: probably a slip of the pen. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    List<PlacementRule> read(JsonNode body) {
        JsonNode list = body.path("rules");
        if (!list.isArray()) {
            throw new InvalidFieldException("rules", "rules is missing or no list; send {\"rules\": [...]}");
        }
        if (list.size() > MAX_RULES) {
            throw new InvalidFieldException(
                    "rules", "there are " + list.size() + " rules; allowed are up to " + MAX_RULES);
        }
        List<PlacementRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            PlacementRule rule = rule("rules[" + i + "]", list.get(i));
            if (!names.add(rule.name())) {
                throw new InvalidFieldException(
                        "rules[" + i + "].name",
                        "rules[" + i + "].name is '" + rule.name() + "', as another rule's is");
            }
            rules.add(rule);
        }
        return rules;
    }

    private PlacementRule rule(String at, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidFieldException(at, at + " is no object");
        }
        node.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                warnings.add(at + "." + field + " is no field of a rule and was ignored");
            }
        });
        String name = text(at, node, "name", "");
        if (name.isBlank()) {
            throw new InvalidFieldException(at + ".name", at + ".name is missing or empty");
        }
        return new PlacementRule(
                name,
                pattern(at, node, "vhost"),
                pattern(at, node, "app"),
                pattern(at, node, "stream"),
                word(at, node, "policy", Policy.values(), Policy::word, Policy.LEAST_LOAD),
                text(at, node, "zone", ""),
                labels(at + ".labels", node.path("labels")),
                standbys(at + ".standbys", node.path("standbys")),
                word(at, node, "delivery", Delivery.values(), Delivery::word, Delivery.RELAY));
    }

    private static String pattern(String at, JsonNode node, String field) {
        String pattern = text(at, node, field, "*");
        if (pattern.isEmpty()) {
            throw new InvalidFieldException(
                    at + "." + field, at + "." + field + " is empty and would match nothing; * matches everything");
        }
        return pattern;
    }

    private static String text(String at, JsonNode node, String field, String otherwise) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        return textOf(at + "." + field, value);
    }

    private static String textOf(String at, JsonNode value) {
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw new InvalidFieldException(at, at + " is no text of up to " + MAX_TEXT + " characters");
        }
        return value.textValue();
    }

    private static <E> E word(
            String at, JsonNode node, String field, E[] values, Function<E, String> wordOf, E otherwise) {
        String word = text(at, node, field, wordOf.apply(otherwise));
        return Arrays.stream(values)
                .filter(value -> wordOf.apply(value).equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        at + "." + field,
                        at + "." + field + " is '" + word + "'; allowed are "
                                + Arrays.stream(values).map(wordOf).collect(Collectors.joining(", "))));
    }

    private static Map<String, String> labels(String at, JsonNode node) {
        Map<String, String> labels = new TreeMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return labels;
        }
        if (!node.isObject()) {
            throw new InvalidFieldException(at, at + " is no object of texts");
        }
        node.properties()
                .forEach(label -> labels.put(label.getKey(), textOf(at + "." + label.getKey(), label.getValue())));
        return labels;
    }

    private static int standbys(String at, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < 0
                || node.intValue() > MAX_STANDBYS) {
            throw new InvalidFieldException(at, at + " is " + node + "; allowed are 0 to " + MAX_STANDBYS);
        }
        return node.intValue();
    }
}
