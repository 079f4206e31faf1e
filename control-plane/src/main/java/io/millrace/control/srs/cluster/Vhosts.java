package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Vhosts of one name on several origins become one: numbers are summed, what is enabled anywhere is enabled. */
final class Vhosts {

    private static final List<String> SUMMED = List.of("clients", "streams", "send_bytes", "recv_bytes");
    private static final List<String> SUMMED_KBPS = List.of("recv_30s", "send_30s");

    private final Map<String, ObjectNode> byName = new LinkedHashMap<>();

    void add(ObjectNode vhost) {
        String name = vhost.path("name").asText();
        byName.merge(name, renamed(vhost, name), Vhosts::sum);
    }

    List<ObjectNode> all() {
        return List.copyOf(byName.values());
    }

    Optional<ObjectNode> find(String id) {
        return byName.values().stream()
                .filter(vhost -> vhost.path("id").asText().equals(id))
                .findFirst();
    }

    private static ObjectNode renamed(ObjectNode vhost, String name) {
        return vhost.put("id", Ids.vhost(name));
    }

    private static ObjectNode sum(ObjectNode a, ObjectNode b) {
        a.put("enabled", a.path("enabled").asBoolean() || b.path("enabled").asBoolean());
        SUMMED.forEach(
                member -> a.put(member, a.path(member).asLong() + b.path(member).asLong()));
        ObjectNode kbps = object(a, "kbps");
        SUMMED_KBPS.forEach(member -> kbps.put(
                member, kbps.path(member).asLong() + b.path("kbps").path(member).asLong()));
        JsonNode hls = b.path("hls");
        if (hls.isObject() && !a.path("hls").path("enabled").asBoolean()) {
            a.set("hls", hls);
        }
        return a;
    }

    private static ObjectNode object(ObjectNode parent, String member) {
        return parent.get(member) instanceof ObjectNode there ? there : parent.putObject(member);
    }

    static ObjectNode ofWorkers(String name) {
        ObjectNode vhost = JsonNodeFactory.instance.objectNode();
        vhost.put("id", Ids.vhost(name)).put("name", name).put("enabled", true);
        vhost.put("clients", 0).put("streams", 0).put("send_bytes", 0L).put("recv_bytes", 0L);
        vhost.putObject("kbps").put("recv_30s", 0).put("send_30s", 0);
        vhost.putObject("hls").put("enabled", false);
        return vhost;
    }
}
