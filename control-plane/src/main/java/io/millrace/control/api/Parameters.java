package io.millrace.control.api;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads what stands in a path or a query, and names the parameter when it makes no sense. */
public final class Parameters {

    private Parameters() {}

    public static StreamKey stream(String field, String text) {
        try {
            return StreamKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException(field, field + ": " + e.getMessage());
        }
    }

    public static OriginId origin(String field, String text) {
        try {
            return new OriginId(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException(field, field + " is '" + text + "'; " + e.getMessage());
        }
    }

    public static <E> E word(String field, String text, E[] values, Function<E, String> wordOf) {
        return Arrays.stream(values)
                .filter(value -> wordOf.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        field,
                        field + " is '" + text + "'; allowed are "
                                + Arrays.stream(values).map(wordOf).collect(Collectors.joining(", "))));
    }
}
