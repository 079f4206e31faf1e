package io.millrace.control.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with JSON in a request, in words for the client: without names of classes.
 *
 * @param field the path to the value, as in {@code endpoints.rtmp[0]}; null where the text is no JSON at all
 */
public record JsonMistake(@Nullable String field, String message) {

    private static final int MAX_VALUE_SHOWN = 80;

    public static JsonMistake of(JsonProcessingException e) {
        if (e instanceof JsonMappingException mapping && !(e.getCause() instanceof JsonProcessingException)) {
            String path = path(mapping);
            return new JsonMistake(path.isEmpty() ? null : path, (path.isEmpty() ? "the body" : path) + why(mapping));
        }
        String where = e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new JsonMistake(null, "the body is no valid JSON" + where + ": " + firstLine(e.getOriginalMessage()));
    }

    private static String why(JsonMappingException e) {
        return switch (e) {
            case InvalidFormatException format
            when format.getTargetType().isEnum() ->
                " is '" + shown(format.getValue()) + "'; allowed are "
                        + Arrays.stream(format.getTargetType().getEnumConstants())
                                .map(JsonMistake::word)
                                .collect(Collectors.joining(", "));
            case InvalidFormatException format ->
                " is '" + shown(format.getValue()) + "', which is no " + typeName(format.getTargetType());
            case MismatchedInputException mismatch ->
                " is not of the right type: expected " + typeName(mismatch.getTargetType());
            // Our records copy their lists, and a list that is copied takes no null.
            case JsonMappingException missing
            when missing.getCause() instanceof NullPointerException -> " holds null where there must be a value";
            default -> ": " + firstLine(rootMessage(e));
        };
    }

    private static String word(Object constant) {
        // The words of our enums are what their word() says, with dashes for underscores.
        return constant.toString().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static String typeName(@Nullable Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (type == String.class) {
            return "text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "number";
        }
        if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return "list";
        }
        return "object";
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String rootMessage(JsonMappingException e) {
        String message =
                e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
        return message == null ? "it makes no sense" : message;
    }

    private static String firstLine(@Nullable String text) {
        if (text == null) {
            return "it cannot be read";
        }
        // Jackson adds where the text came from in its own words.
        return text.lines()
                .findFirst()
                .orElse("it cannot be read")
                .replaceFirst(" \\(start marker at .*| at \\[Source.*", "");
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() > MAX_VALUE_SHOWN ? text.substring(0, MAX_VALUE_SHOWN) + "..." : text;
    }
}
