package io.millrace.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.errors.InvalidFieldException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Collects everything that is wrong with a body, so that all of it can be corrected at once. For one request and one thread. */
public final class Mistakes {

    /** A body with more mistakes than these is the wrong document. */
    private static final int MAX_LISTED = 100;

    private final List<Problem.Mistake> found = new ArrayList<>();
    private int count;

    public void add(String field, String detail) {
        count++;
        if (found.size() < MAX_LISTED) {
            found.add(new Problem.Mistake(field, detail));
        }
    }

    public int count() {
        return count;
    }

    /** Reads a value; {@code otherwise} stands in for one that is wrong, so that what follows can be looked at too. */
    public <T> T read(T otherwise, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidFieldException e) {
            add(e.field(), String.valueOf(e.getMessage()));
            return otherwise;
        }
    }

    /** Notes each field of an object that is not among the allowed ones. */
    public void onlyFields(String at, JsonNode object, Collection<String> allowed) {
        object.fieldNames().forEachRemaining(field -> {
            if (!allowed.contains(field)) {
                String name = at.isEmpty() ? field : at + "." + field;
                add(
                        name,
                        name + " is unknown; allowed are "
                                + allowed.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
    }

    /** Takes over what was found in a part of the document, with the part's place before its fields. */
    public void addAll(String at, Mistakes part) {
        for (Problem.Mistake error : part.found) {
            String field = at + "." + error.field();
            String detail = error.detail().startsWith(error.field())
                    ? field + error.detail().substring(error.field().length())
                    : error.detail();
            add(field, detail);
        }
        count += part.count - part.found.size();
    }

    /** @throws InvalidBodyException with all that was found, if anything was */
    public void refuse() {
        if (count > 0) {
            throw new InvalidBodyException(found, count);
        }
    }
}
