package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.model.StreamKey;
import io.millrace.model.table.ClientTrait;
import io.millrace.model.table.ClusterSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
                mistakes.add(field, field + " is '" + name + "', which is listed twice");
            }
        }
        return new ArrayList<>(names);
    }

    /** What origins are told of viewers, by vhost. */
    static Map<String, Set<ClientTrait>> clientTraits(JsonNode object, Mistakes mistakes) {
        String at = "settings.clientTraits";
        if (!object.isObject() || object.size() > MAX_VHOSTS) {
            mistakes.add(at, at + " is no object of up to " + MAX_VHOSTS + " vhosts");
            return Map.of();
        }
        Map<String, Set<ClientTrait>> byVhost = new TreeMap<>();
        object.properties().forEach(entry -> {
            String vhost = entry.getKey();
            if (isVhost(vhost)) {
                byVhost.put(vhost, traits(at + "." + vhost, entry.getValue(), mistakes));
            } else {
                mistakes.add(
                        at,
                        at + " names the vhost '" + vhost + "'; allowed are a host name in lower case, "
                                + StreamKey.DEFAULT_VHOST + " and " + ClusterSettings.EVERY_VHOST);
            }
        });
        return byVhost;
    }

    private static boolean isVhost(String name) {
        return name.equals(ClusterSettings.EVERY_VHOST)
                || name.equals(StreamKey.DEFAULT_VHOST)
                || HOST.matcher(name).matches();
    }

    private static Set<ClientTrait> traits(String at, JsonNode list, Mistakes mistakes) {
        Set<ClientTrait> traits = EnumSet.noneOf(ClientTrait.class);
        for (JsonNode word : list) {
            Optional<ClientTrait> trait = Arrays.stream(ClientTrait.values())
                    .filter(one -> one.word().equals(word.textValue()))
                    .findFirst();
            trait.ifPresent(traits::add);
            if (trait.isEmpty()) {
                break;
            }
        }
        if (!list.isArray() || traits.size() != list.size()) {
            mistakes.add(
                    at,
                    at + " is " + list + "; allowed is a list of "
                            + Arrays.stream(ClientTrait.values())
                                    .map(ClientTrait::word)
                                    .collect(Collectors.joining(", "))
                            + ", each once");
        }
        return traits;
    }
}
