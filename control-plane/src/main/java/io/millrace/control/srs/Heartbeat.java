package io.millrace.control.srs;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.registry.registration.OriginText;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the body of SRS's heartbeat. */
final class Heartbeat {

    private static final int MAX_NAME = 64;
    private static final String NAME_MARKS = "-._:/";

    private Heartbeat() {}

    static Registration read(JsonBody body) {
        String ip = OriginText.ip("ip", body.text("ip").strip());
        String server = body.text("server");
        Incarnation incarnation = new Incarnation(body.text("service"), body.textOrNumber("pid"));
        Map<Listener, List<Endpoint>> endpoints = new EnumMap<>(Listener.class);
        for (Listener listener : Listener.values()) {
            List<Endpoint> list = OriginText.endpoints(listener.word(), body.at(listener.word()), listener, ip);
            if (!list.isEmpty()) {
                endpoints.put(listener, list);
            }
        }
        List<Endpoint> rtmp = endpoints.get(Listener.RTMP);
        if (rtmp == null) {
            throw new InvalidFieldException(
                    "rtmp", "rtmp is missing; it must list at least one endpoint (SRS: heartbeat { ports on; })");
        }
        if (rtmp.getFirst().transport() != Transport.TCP) {
            throw new InvalidFieldException("rtmp", "rtmp begins with " + rtmp.getFirst() + "; it must be TCP");
        }
        return new Registration(
                OriginId.of(server, ip, rtmp.getFirst().port()),
                server,
                name(body.at("device_id")),
                ip,
                incarnation,
                body.word("kind", OriginKind.class).orElse(OriginKind.SRS),
                endpoints,
                body.optionalText("zone").orElse(""),
                body.labels("labels").orElse(Map.of()),
                body.wholeNumber("weight", 0, Origin.MAX_WEIGHT).orElse(Origin.DEFAULT_WEIGHT),
                figures(body.at("summaries").path("data")));
    }

    /** It stands in lists and in log lines, between other words: what could pass for one of those becomes a line below. */
    private static String name(JsonNode deviceId) {
        String text =
                deviceId.isValueNode() && !deviceId.isNull() ? deviceId.asText().strip() : "";
        StringBuilder name = new StringBuilder();
        text.codePoints()
                .limit(MAX_NAME)
                .map(c -> Character.isLetterOrDigit(c) || NAME_MARKS.indexOf(c) >= 0 ? c : '_')
                .forEach(name::appendCodePoint);
        return name.toString();
    }

    /** What SRS says of its load. Its own oddities never make a heartbeat invalid: what is no number is unknown. */
    private static Registration.@Nullable LoadSample figures(JsonNode data) {
        if (!data.isObject()) {
            return null;
        }
        JsonNode system = data.path("system");
        return new Registration.LoadSample(
                cpuPercent(data.path("self").path("cpu_percent"), system.path("cpu_percent")),
                system.path("conn_srs").isIntegralNumber()
                        ? Integer.valueOf(Math.max(0, system.path("conn_srs").intValue()))
                        : null,
                bytes(system.path("srs_recv_bytes"), system.path("srs_send_bytes")),
                system.path("srs_sample_time").asLong(0));
    }

    /**
     * SRS writes fractions: 0.153 is 15.3%. Its own figure is of one core, the only one that it can use; the other is of the
     * whole machine. Whichever is fuller is what limits it.
     */
    private static @Nullable Double cpuPercent(JsonNode self, JsonNode system) {
        if (!self.isNumber() && !system.isNumber()) {
            return null;
        }
        return Math.clamp(Math.max(self.asDouble(0), system.asDouble(0)), 0, 1) * 100;
    }

    private static @Nullable Long bytes(JsonNode received, JsonNode sent) {
        // Zero is what SRS says before its first sample.
        return received.isIntegralNumber() && sent.isIntegralNumber() && received.longValue() + sent.longValue() > 0
                ? Long.valueOf(received.longValue() + sent.longValue())
                : null;
    }
}
