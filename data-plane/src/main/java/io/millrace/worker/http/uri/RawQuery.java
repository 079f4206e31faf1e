package io.millrace.worker.http.uri;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of a query among others that stay as they are, still encoded, in their order. Names are compared as they are written:
 * an encoded name is another name. An empty text is a query without parameters.
 */
public final class RawQuery {

    private RawQuery() {}

    /** @return the first value under this name, still encoded, empty where it has none; null where the name does not occur */
    public static @Nullable String value(String query, String name) {
        int at = 0;
        while (at < query.length()) {
            int end = parameterEnd(query, at);
            int nameEnd = nameEnd(query, at, end);
            if (isName(query, at, nameEnd, name)) {
                return nameEnd == end ? "" : query.substring(nameEnd + 1, end);
            }
            at = end + 1;
        }
        return null;
    }

    /** Adds the parameter at the end. Name and value must be encoded already. */
    public static String with(String query, String name, String value) {
        String parameter = name + "=" + value;
        return query.isEmpty() ? parameter : query + "&" + parameter;
    }

    /** Removes each parameter of this name. */
    public static String without(String query, String name) {
        return without(query, Set.of(name));
    }

    /** Removes each parameter of these names; what is left makes a key under which viewers share what they asked for. */
    public static String without(String query, Set<String> names) {
        if (query.isEmpty() || names.isEmpty()) {
            return query;
        }
        StringBuilder rest = new StringBuilder(query.length());
        boolean first = true;
        boolean removed = false;
        int at = 0;
        while (at <= query.length()) {
            int end = parameterEnd(query, at);
            if (names.contains(query.substring(at, nameEnd(query, at, end)))) {
                removed = true;
            } else {
                if (!first) {
                    rest.append('&');
                }
                rest.append(query, at, end);
                first = false;
            }
            at = end + 1;
        }
        return removed ? rest.toString() : query;
    }

    private static boolean isName(String query, int start, int end, String name) {
        return end - start == name.length() && query.startsWith(name, start);
    }

    private static int parameterEnd(String query, int from) {
        int end = query.indexOf('&', from);
        return end < 0 ? query.length() : end;
    }

    private static int nameEnd(String query, int from, int end) {
        int equals = query.indexOf('=', from, end);
        return equals < 0 ? end : equals;
    }
}
