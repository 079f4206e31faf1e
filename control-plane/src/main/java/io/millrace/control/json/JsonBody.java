package io.millrace.control.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.errors.InvalidFieldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the fields of a JSON object one by one, for bodies where "absent", "null" and "of the wrong type" are three different
 * things. Whatever is wrong ends in an {@link InvalidFieldException} that names the field.
 */
public final class JsonBody {

    private static final int MAX_TEXT = 256;
    private static final int MAX_LABELS = 64;
    private static final ObjectMapper JSON = JsonLimits.mapper(JsonLimits.SMALL)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    public static JsonBody parse(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node == null || !node.isObject()) {
                throw new InvalidFieldException("body", "the body is no JSON object");
            }
            return new JsonBody(node);
        } catch (JsonProcessingException e) {
            throw new InvalidFieldException("body", JsonMistake.of(e).message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param object a JSON object that was parsed already */
    public static JsonBody of(JsonNode object) {
        return new JsonBody(object);
    }

    /** All of it. */
    public JsonNode whole() {
        return object;
    }

    /** Whether the field is present, be it null. */
    public boolean has(String field) {
        return object.has(field);
    }

    public boolean isNull(String field) {
        return object.path(field).isNull();
    }

    /** Anything below a field; a missing node where there is nothing. */
    public JsonNode at(String field) {
        return object.path(field);
    }

    public String text(String field) {
        return optionalText(field)
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () -> new InvalidFieldException(field, field + " is missing; it must be a non-empty text"));
    }

    public Optional<String> optionalText(String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw wrong(field, node, "a text");
        }
        return Optional.of(limited(field, node.textValue()));
    }

    public Optional<Instant> optionalTime(String field) {
        return optionalText(field).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new InvalidFieldException(
                        field, field + " is '" + text + "'; it must be a time such as 2027-06-01T00:00:00Z");
            }
        });
    }

    /** A text, or a whole number taken as one: SRS has sent its pid both ways. */
    public String textOrNumber(String field) {
        JsonNode node = object.path(field);
        if (node.isIntegralNumber()) {
            return node.asText();
        }
        if (!node.isMissingNode() && !node.isNull() && !node.isTextual()) {
            throw wrong(field, node, "a text or a whole number");
        }
        return text(field);
    }

    public Optional<Integer> wholeNumber(String field, int min, int max) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            throw wrong(field, node, "a whole number from " + min + " to " + max);
        }
        return Optional.of(node.intValue());
    }

    public <E extends Enum<E>> Optional<E> word(String field, Class<E> type) {
        return optionalText(field)
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> word(constant).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new InvalidFieldException(
                                field,
                                field + " is '" + text + "'; allowed are "
                                        + Arrays.stream(type.getEnumConstants())
                                                .map(JsonBody::word)
                                                .collect(Collectors.joining(", ")))));
    }

    /** A list of texts; one text stands for a list of one. */
    public List<String> texts(String field) {
        return texts(field, object.path(field));
    }

    public static List<String> texts(String field, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (node.isTextual()) {
            return List.of(limited(field, node.textValue()));
        }
        if (!node.isArray() || node.size() > MAX_LABELS) {
            throw wrong(field, node, "a list of at most " + MAX_LABELS + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String at = field + "[" + i + "]";
            if (!node.get(i).isTextual()) {
                throw wrong(at, node.get(i), "a text");
            }
            texts.add(limited(at, node.get(i).textValue()));
        }
        return texts;
    }

    public Optional<Map<String, String>> labels(String field) {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isObject() || node.size() > MAX_LABELS) {
            throw wrong(field, node, "an object of at most " + MAX_LABELS + " texts");
        }
        Map<String, String> labels = new TreeMap<>();
        node.properties().forEach(entry -> {
            String at = field + "." + entry.getKey();
            if (entry.getKey().isBlank() || !entry.getValue().isTextual()) {
                throw wrong(at, entry.getValue(), "a text under a non-empty name");
            }
            labels.put(limited(at, entry.getKey()), limited(at, entry.getValue().textValue()));
        });
        return Optional.of(labels);
    }

    private static String limited(String field, String text) {
        if (text.length() > MAX_TEXT) {
            throw new InvalidFieldException(field, field + " is longer than " + MAX_TEXT + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidFieldException(field, field + " has a control character in it");
        }
        return text;
    }

    private static InvalidFieldException wrong(String field, JsonNode node, String allowed) {
        String shown = node.toString();
        return new InvalidFieldException(
                field,
                field + " is " + (shown.length() > 80 ? shown.substring(0, 80) + "..." : shown) + "; it must be "
                        + allowed);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
