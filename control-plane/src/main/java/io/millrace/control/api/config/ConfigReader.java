package io.millrace.control.api.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.api.InvalidBodyException;
import io.millrace.control.api.Mistakes;
import io.millrace.control.api.origins.StaticOriginBody;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.json.JsonLimits;
import io.millrace.control.json.JsonMistake;
import io.millrace.model.Admission;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.table.ClientTrait;
import io.millrace.model.table.ClusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Reads a whole configuration, strictly: every part but the rules of access must be there, nothing else may be, and all that is wrong is
 * told at once. What stands in it is judged by itself; that it goes with what is alive just now is no condition, since it may come from
 * another cluster.
 */
final class ConfigReader {

    /** What a document tells of itself and need not be sent. */
    private static final Set<String> FOR_INFORMATION = Set.of("version", "changedAt", "changedBy");

    private static final Set<String> PARTS = Set.of("staticOrigins", "overrides", "rules", "vhosts", "settings");
    private static final String ACCESS_RULES = "accessRules";
    private static final Set<String> ORIGIN_FIELDS =
            Set.of("id", "server", "ip", "kind", "endpoints", "zone", "labels", "weight");
    private static final Set<String> OVERRIDE_FIELDS = Set.of("admission", "weight", "labels");
    private static final Set<String> SETTINGS_FIELDS =
            Set.of("reportMillis", "bindingFreshMillis", "clientTraits", "limits");
    private static final Pattern ORIGIN_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final OriginOverride NOTHING = new OriginOverride(null, null, null);
    private static final int MAX_ORIGINS = 10_000;

    private static final ObjectMapper JSON = JsonLimits.mapper(JsonLimits.DOCUMENT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Mistakes mistakes = new Mistakes();

    private ConfigReader() {}

    /**
     * @param keys whether there is a key that signs URLs, of a name
     * @return what it makes of the configuration that is there
     * @throws InvalidBodyException with everything that is wrong
     */
    static UnaryOperator<ClusterConfig> read(byte[] body, Predicate<String> keys) {
        ConfigReader reader = new ConfigReader();
        JsonNode document = object(body, "body", "send what GET answers");
        ClusterConfig config = reader.document(document);
        if (!document.has(ACCESS_RULES)) {
            // Written before there were any, and by somebody who does not mean to open all streams.
            reader.mistakes.refuse();
            return current -> config.withAccessRules(current.accessRules());
        }
        List<AccessRule> accessRules =
                AccessRuleReader.read(ACCESS_RULES, document.get(ACCESS_RULES), keys, reader.mistakes);
        reader.mistakes.refuse();
        return current -> config.withAccessRules(accessRules);
    }

    /**
     * The part of the configuration that a body holds, or all of it.
     *
     * @param field what a body that is no object lacks
     * @param wanted what should be sent instead
     */
    static JsonNode object(byte[] body, String field, String wanted) {
        try {
            JsonNode document = JSON.readTree(body);
            if (document == null || !document.isObject()) {
                throw new InvalidFieldException(field, "the body is no JSON object; " + wanted);
            }
            return document;
        } catch (JsonProcessingException e) {
            throw new InvalidFieldException("body", JsonMistake.of(e).message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the rules of access. */
    private ClusterConfig document(JsonNode document) {
        checkFormat(document.path("formatVersion"));
        List<String> fields = new ArrayList<>(PARTS);
        fields.add(ACCESS_RULES);
        fields.addAll(FOR_INFORMATION);
        fields.add("formatVersion");
        mistakes.onlyFields("", document, fields);
        List<StaticOrigin> origins =
                has(document, "staticOrigins") ? origins(document.get("staticOrigins")) : List.of();
        Map<OriginId, OriginOverride> overrides =
                has(document, "overrides") ? overrides(document.get("overrides")) : Map.of();
        List<PlacementRule> rules =
                has(document, "rules") ? new RuleReader(mistakes, true).read(document.get("rules")) : List.of();
        List<String> vhosts = has(document, "vhosts") ? VhostReader.read(document.get("vhosts"), mistakes) : List.of();
        ClusterSettings settings =
                has(document, "settings") ? settings(document.get("settings")) : ClusterSettings.DEFAULT;
        return new ClusterConfig(origins, overrides, rules, vhosts, settings, List.of());
    }

    /** A document in another format is not looked at further: what it means is not known here. */
    private void checkFormat(JsonNode format) {
        if (format.isIntegralNumber() && format.asLong() > ConfigDocument.FORMAT) {
            throw new InvalidFieldException(
                    "formatVersion",
                    "formatVersion is " + format + ", which only a newer control plane can read; this one reads "
                            + ConfigDocument.FORMAT);
        }
        if (!format.isIntegralNumber() || format.asLong() != ConfigDocument.FORMAT) {
            mistakes.add(
                    "formatVersion",
                    "formatVersion is " + (format.isMissingNode() ? "missing" : format) + "; it must be "
                            + ConfigDocument.FORMAT);
        }
    }

    private boolean has(JsonNode document, String part) {
        if (document.has(part)) {
            return true;
        }
        mistakes.add(part, part + " is missing; a configuration is sent whole, and what has no entries is empty");
        return false;
    }

    private List<StaticOrigin> origins(JsonNode list) {
        if (!list.isArray() || list.size() > MAX_ORIGINS) {
            mistakes.add("staticOrigins", "staticOrigins is no list of up to " + MAX_ORIGINS + " origins");
            return List.of();
        }
        List<StaticOrigin> origins = new ArrayList<>();
        Map<OriginId, String> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "staticOrigins[" + i + "]";
            if (!list.get(i).isObject()) {
                mistakes.add(at, at + " is no object");
                continue;
            }
            Mistakes here = new Mistakes();
            StaticOrigin origin = origin(list.get(i), here);
            mistakes.addAll(at, here);
            if (here.count() > 0) {
                continue;
            }
            String other = places.putIfAbsent(origin.id(), at);
            if (other != null) {
                mistakes.add(at, at + " has the same server, ip and first port as " + other);
            }
            origins.add(origin);
        }
        return origins;
    }

    private static StaticOrigin origin(JsonNode node, Mistakes here) {
        here.onlyFields("", node, ORIGIN_FIELDS);
        JsonBody body = JsonBody.of(node);
        StaticOrigin origin = StaticOriginBody.read(body, here);
        String id = here.read("", () -> body.optionalText("id").orElse(""));
        if (here.count() == 0 && !id.isEmpty() && !id.equals(origin.id().value())) {
            here.add("id", "id is '" + id + "'; from server, ip and first port follows " + origin.id());
        }
        return origin;
    }

    private Map<OriginId, OriginOverride> overrides(JsonNode object) {
        if (!object.isObject() || object.size() > MAX_ORIGINS) {
            mistakes.add("overrides", "overrides is no object of up to " + MAX_ORIGINS + " origin ids");
            return Map.of();
        }
        Map<OriginId, OriginOverride> overrides = new TreeMap<>();
        object.properties().forEach(entry -> {
            String at = "overrides." + entry.getKey();
            if (!ORIGIN_ID.matcher(entry.getKey()).matches()) {
                mistakes.add(at, at + " is no id of an origin; one looks like o-3f1c2a9b7d01");
            } else if (!entry.getValue().isObject()) {
                mistakes.add(at, at + " is no object");
            } else {
                overrides.put(new OriginId(entry.getKey()), override(at, entry.getValue()));
            }
        });
        return overrides;
    }

    private OriginOverride override(String at, JsonNode node) {
        Mistakes here = new Mistakes();
        here.onlyFields("", node, OVERRIDE_FIELDS);
        JsonBody body = JsonBody.of(node);
        OriginOverride override = new OriginOverride(
                here.read(Optional.<Admission>empty(), () -> body.word("admission", Admission.class))
                        .orElse(null),
                here.read(Optional.<Integer>empty(), () -> body.wholeNumber("weight", 0, Origin.MAX_WEIGHT))
                        .orElse(null),
                here.read(Optional.<Map<String, String>>empty(), () -> body.labels("labels"))
                        .orElse(null));
        if (override.admission() == Admission.PENDING) {
            here.add("admission", "admission is 'pending'; allowed are open, cordoned and draining");
        }
        mistakes.addAll(at, here);
        if (here.count() == 0 && override.equals(NOTHING)) {
            mistakes.add(at, at + " overrides nothing; name admission, weight or labels, or leave the origin out");
        }
        return override;
    }

    private ClusterSettings settings(JsonNode node) {
        ClusterSettings usual = ClusterSettings.DEFAULT;
        if (!node.isObject()) {
            mistakes.add("settings", "settings is no object");
            return usual;
        }
        mistakes.onlyFields("settings", node, SETTINGS_FIELDS);
        int before = mistakes.count();
        int reportMillis =
                setting(node, "reportMillis", value -> new ClusterSettings(value, usual.bindingFreshMillis()));
        int freshMillis =
                setting(node, "bindingFreshMillis", value -> new ClusterSettings(usual.reportMillis(), value));
        Map<String, Set<ClientTrait>> traits =
                node.has("clientTraits") ? VhostReader.clientTraits(node.get("clientTraits"), mistakes) : Map.of();
        List<VhostLimits> limits =
                node.has("limits") ? LimitsReader.read("settings.limits", node.get("limits"), mistakes) : List.of();
        return mistakes.count() == before ? new ClusterSettings(reportMillis, freshMillis, traits, limits) : usual;
    }

    /** @param check refuses what is out of bounds, which the settings themselves know */
    private int setting(JsonNode settings, String name, IntFunction<ClusterSettings> check) {
        String at = "settings." + name;
        JsonNode value = settings.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            mistakes.add(at, at + " is " + (value.isMissingNode() ? "missing" : value) + "; it must be a whole number");
            return 0;
        }
        try {
            var _ = check.apply(value.intValue());
        } catch (IllegalArgumentException e) {
            mistakes.add(at, "settings." + e.getMessage());
        }
        return value.intValue();
    }
}
