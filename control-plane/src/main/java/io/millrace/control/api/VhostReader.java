package io.millrace.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the vhosts that an operator sent; whatever is wrong is named by its place, as in {@code vhosts[2]}. */
final class VhostReader {

    private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?");
    private static final int MAX_VHOSTS = 10_000;

    private VhostReader() {}

    static List<String> read(JsonNode list, Mistakes mistakes) {
        if (!list.isArray() || list.size() > MAX_VHOSTS) {
            mistakes.add("vhosts", "vhosts is no list of up to " + MAX_VHOSTS + " names");
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String field = "vhosts[" + i + "]";
            String name = list.get(i).isTextual() ? list.get(i).textValue().toLowerCase(Locale.ROOT) : "";
            if (!HOST.matcher(name).matches()) {
                mistakes.add(
                        field,
                        field + " is " + list.get(i)
                                + "; allowed is a host name without port, such as live.example.com");
            } else if (!names.add(name)) {
                mistakes.add(field, field + " is '" + name + "', which stands there twice");
            }
        }
        return new ArrayList<>(names);
    }
}
