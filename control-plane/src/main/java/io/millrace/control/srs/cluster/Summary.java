package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The summaries of all origins in one: what can be added is added; of shares, loads and times the highest counts, since the
 * fullest origin is what limits.
 */
final class Summary {

    private static final List<String> SELF_SUMS = List.of("mem_kbyte");
    private static final List<String> SELF_HIGHEST = List.of("mem_percent", "cpu_percent", "srs_uptime");
    private static final List<String> SYSTEM = List.of(
            "cpu_percent",
            "disk_read_KBps",
            "disk_write_KBps",
            "disk_busy_percent",
            "mem_ram_kbyte",
            "mem_ram_percent",
            "mem_swap_kbyte",
            "mem_swap_percent",
            "cpus",
            "cpus_online",
            "uptime",
            "ilde_time",
            "load_1m",
            "load_5m",
            "load_15m",
            "net_sample_time",
            "net_recv_bytes",
            "net_send_bytes",
            "net_recvi_bytes",
            "net_sendi_bytes",
            "srs_sample_time",
            "srs_recv_bytes",
            "srs_send_bytes",
            "conn_sys",
            "conn_sys_et",
            "conn_sys_tw",
            "conn_sys_udp",
            "conn_srs");

    private final ObjectNode data;
    private final ObjectNode self;
    private final ObjectNode system;

    /** @param version the lowest of the origins */
    Summary(ObjectNode data, boolean ok, long nowMillis, String version) {
        this.data = data;
        data.put("ok", ok).put("now_ms", nowMillis);
        self = data.putObject("self");
        self.put("version", version)
                .put("pid", ProcessHandle.current().pid())
                .put(
                        "ppid",
                        ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L))
                // Where and how anything was started is nobody's business outside.
                .put("argv", "")
                .put("cwd", "");
        SELF_SUMS.forEach(member -> self.put(member, 0));
        SELF_HIGHEST.forEach(member -> self.put(member, 0));
        system = data.putObject("system");
        SYSTEM.forEach(member -> system.put(member, 0));
    }

    void add(JsonNode origin) {
        if (!origin.path("ok").asBoolean()) {
            data.put("ok", false);
        }
        SELF_SUMS.forEach(member -> sum(self, member, origin.path("self").path(member)));
        SELF_HIGHEST.forEach(member -> highest(self, member, origin.path("self").path(member)));
        for (String member : SYSTEM) {
            JsonNode figure = origin.path("system").path(member);
            if (isHighest(member)) {
                highest(system, member, figure);
            } else {
                sum(system, member, figure);
            }
        }
    }

    /** What workers carry to and from an origin that says nothing of it. */
    void addCarried(int sessions, long bytesIn, long bytesOut) {
        system.put("conn_srs", system.path("conn_srs").asLong() + sessions);
        system.put("srs_recv_bytes", system.path("srs_recv_bytes").asLong() + bytesIn);
        system.put("srs_send_bytes", system.path("srs_send_bytes").asLong() + bytesOut);
    }

    private static boolean isHighest(String member) {
        return member.endsWith("_percent") || member.endsWith("time") || member.startsWith("load_");
    }

    private static void sum(ObjectNode into, String member, JsonNode figure) {
        if (figure.isNumber()) {
            into.put(member, into.path(member).asLong() + figure.asLong());
        }
    }

    private static void highest(ObjectNode into, String member, JsonNode figure) {
        if (figure.isNumber() && figure.asDouble() > into.path(member).asDouble()) {
            into.set(member, figure);
        }
    }
}
