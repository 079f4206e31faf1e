package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.placement.IneffectiveValues;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
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

    private final Mistakes mistakes;
    private final boolean strict;
    private final List<String> warnings = new ArrayList<>();

    /** @param strict whether a field that no rule has is a mistake, or only worth a warning */
    RuleReader(Mistakes mistakes, boolean strict) {
        this.mistakes = mistakes;
        this.strict = strict;
    }

    /** Fields that no rule has: probably misspelt. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What could be read; whether that is all the mistakes tell. */
    List<PlacementRule> read(JsonNode list) {
        if (!list.isArray()) {
            mistakes.add("rules", "rules is missing or no list; send {\"rules\": [...]}");
            return List.of();
        }
        if (list.size() > MAX_RULES) {
            mistakes.add("rules", "there are " + list.size() + " rules; allowed are up to " + MAX_RULES);
            return List.of();
        }
        List<PlacementRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "rules[" + i + "]";
            if (!list.get(i).isObject()) {
                mistakes.add(at, at + " is no object");
                continue;
            }
            PlacementRule rule = rule(at, list.get(i));
            IneffectiveValues.of(rule)
                    .forEach((field, why) -> mistakes.add(at + "." + field, at + "." + field + " " + why));
            if (!rule.name().isEmpty() && !names.add(rule.name())) {
                mistakes.add(at + ".name", at + ".name is '" + rule.name() + "', as another rule's is");
            }
            rules.add(rule);
        }
        return rules;
    }

    private PlacementRule rule(String at, JsonNode node) {
        if (strict) {
            mistakes.onlyFields(at, node, FIELDS);
        } else {
            node.fieldNames().forEachRemaining(field -> {
                if (!FIELDS.contains(field)) {
                    warnings.add(at + "." + field + " is no field of a rule and was ignored");
                }
            });
        }
        return new PlacementRule(
                mistakes.read("", () -> name(at, node)),
                mistakes.read("*", () -> pattern(at, node, "vhost")),
                mistakes.read("*", () -> pattern(at, node, "app")),
                mistakes.read("*", () -> pattern(at, node, "stream")),
                mistakes.read(
                        Policy.LEAST_LOAD,
                        () -> word(at, node, "policy", Policy.values(), Policy::word, Policy.LEAST_LOAD)),
                mistakes.read("", () -> text(at, node, "zone", "")),
                mistakes.read(Map.of(), () -> labels(at + ".labels", node.path("labels"))),
                mistakes.read(0, () -> standbys(at + ".standbys", node.path("standbys"))),
                mistakes.read(
                        Delivery.RELAY,
                        () -> word(at, node, "delivery", Delivery.values(), Delivery::word, Delivery.RELAY)));
    }

    private static String name(String at, JsonNode node) {
        String name = text(at, node, "name", "");
        if (name.isBlank()) {
            throw new InvalidFieldException(at + ".name", at + ".name is missing or empty");
        }
        return name;
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
