package io.millrace.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.InvalidFieldException;
import io.millrace.control.JsonBody;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.registry.OriginText;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the description of an origin that an operator adds. */
final class StaticOriginBody {

    private StaticOriginBody() {}

    static StaticOrigin read(JsonBody body) {
        String ip = OriginText.ip("ip", body.text("ip").strip());
        String server = body.optionalText("server").orElse("");
        Map<Listener, List<Endpoint>> endpoints = endpoints(body, ip);
        Endpoint first = probed(endpoints);
        return new StaticOrigin(
                OriginId.of(server, ip, first.port()),
                server,
                ip,
                body.word("kind", OriginKind.class).orElse(OriginKind.OTHER),
                endpoints,
                body.optionalText("zone").orElse(""),
                body.labels("labels").orElse(Map.of()),
                body.wholeNumber("weight", 0, Origin.MAX_WEIGHT).orElse(Origin.DEFAULT_WEIGHT));
    }

    private static Map<Listener, List<Endpoint>> endpoints(JsonBody body, String ip) {
        JsonNode node = body.at("endpoints");
        if (!node.isObject()) {
            throw new InvalidFieldException(
                    "endpoints", "endpoints must be an object such as {\"rtmp\": [\"1935\"], \"http\": [\"8080\"]}");
        }
        Map<Listener, List<Endpoint>> endpoints = new EnumMap<>(Listener.class);
        node.properties().forEach(entry -> {
            String field = "endpoints." + entry.getKey();
            Listener listener = listener(field, entry.getKey());
            List<Endpoint> list = OriginText.endpoints(field, entry.getValue(), listener, ip);
            if (!list.isEmpty()) {
                endpoints.put(listener, list);
            }
        });
        return endpoints;
    }

    private static Listener listener(String field, String word) {
        for (Listener listener : Listener.values()) {
            if (listener.word().equals(word.toLowerCase(Locale.ROOT))) {
                return listener;
            }
        }
        throw new InvalidFieldException(field, field + " is no listener; allowed are rtmp, http, api, rtc, srt, rtsp");
    }

    private static Endpoint probed(Map<Listener, List<Endpoint>> endpoints) {
        List<Endpoint> rtmp = endpoints.get(Listener.RTMP);
        if (rtmp != null) {
            if (rtmp.getFirst().transport() != Transport.TCP) {
                throw new InvalidFieldException("endpoints.rtmp", "endpoints.rtmp begins with UDP; it must be TCP");
            }
            return rtmp.getFirst();
        }
        return endpoints.values().stream()
                .flatMap(List::stream)
                .filter(endpoint -> endpoint.transport() == Transport.TCP)
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        "endpoints",
                        "endpoints has none with TCP; one is needed to find out whether the origin lives"));
    }
}
