package io.millrace.control.api;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The query parameters of one operation, as its annotations declare them. A value, for any thread.
 *
 * @param severalAllowed by name, whether it may be given more than once
 */
record KnownParameters(Map<String, Boolean> severalAllowed) {

    private static final int MAX_SHOWN = 64;

    static KnownParameters of(Method operation) {
        Map<String, Boolean> found = new TreeMap<>();
        for (Parameter parameter : operation.getParameters()) {
            note(parameter, parameter.getType(), found);
        }
        return new KnownParameters(found);
    }

    private static void note(AnnotatedElement place, Class<?> type, Map<String, Boolean> found) {
        QueryParam query = place.getAnnotation(QueryParam.class);
        if (query != null) {
            found.put(query.value(), Collection.class.isAssignableFrom(type));
        }
        if (place.isAnnotationPresent(BeanParam.class)) {
            for (Class<?> bean = type; bean != null; bean = bean.getSuperclass()) {
                for (Field field : bean.getDeclaredFields()) {
                    note(field, field.getType(), found);
                }
            }
        }
    }

    /** What is wrong with the parameters of a request; empty if nothing is. */
    Optional<Problem> objection(Map<String, List<String>> sent) {
        return sent.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(parameter ->
                        objection(parameter.getKey(), parameter.getValue().size()).stream())
                .findFirst();
    }

    private Optional<Problem> objection(String name, int times) {
        Boolean several = severalAllowed.get(name);
        if (several == null) {
            return Optional.of(refusal("unknown-parameter", name, " is no parameter of this operation; " + hint(name)));
        }
        return several || times == 1
                ? Optional.empty()
                : Optional.of(refusal("repeated-parameter", name, " is given " + times + " times; it takes one value"));
    }

    private static Problem refusal(String code, String name, String detail) {
        String shown = name.substring(0, Math.min(name.length(), MAX_SHOWN));
        return Problem.of(Response.Status.BAD_REQUEST, shown + detail)
                .withCode(code)
                .atField(shown);
    }

    private String hint(String name) {
        if (severalAllowed.isEmpty()) {
            return "it takes none";
        }
        String known = "allowed are " + String.join(", ", severalAllowed.keySet());
        return nearest(name).map(near -> "did you mean " + near + "? " + known).orElse(known);
    }

    /** The known name that a typing error may have been; two in five letters may be wrong, or one in a short name. */
    private Optional<String> nearest(String name) {
        if (name.length() > MAX_SHOWN) {
            return Optional.empty();
        }
        return severalAllowed.keySet().stream()
                .filter(known -> distance(name, known) <= Math.max(1, known.length() * 2 / 5))
                .min(Comparator.comparingInt(known -> distance(name, known)));
    }

    /** How many letters have to be changed, added or left out; capitals count as small letters. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[b.length()];
    }
}
