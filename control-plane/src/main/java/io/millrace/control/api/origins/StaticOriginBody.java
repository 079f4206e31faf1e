package io.millrace.control.api.origins;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.registry.registration.OriginText;
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
public final class StaticOriginBody {

    /** Stands in for an address that is wrong, so that the endpoints can be looked at all the same. */
    private static final String UNREADABLE = "unreadable";

    private StaticOriginBody() {}

    /** What could be read; good only if nothing was added to the mistakes. */
    public static StaticOrigin read(JsonBody body, Mistakes mistakes) {
        String ip = mistakes.read(
                UNREADABLE, () -> OriginText.ip("ip", body.text("ip").strip()));
        String server = mistakes.read("", () -> body.optionalText("server").orElse(""));
        int before = mistakes.count();
        Map<Listener, List<Endpoint>> endpoints = endpoints(body, ip, mistakes);
        int port = mistakes.count() == before
                ? mistakes.read(0, () -> probed(endpoints).port())
                : 0;
        return new StaticOrigin(
                OriginId.of(server, ip, port),
                server,
                ip,
                mistakes.read(
                        OriginKind.OTHER,
                        () -> body.word("kind", OriginKind.class).orElse(OriginKind.OTHER)),
                endpoints,
                mistakes.read("", () -> body.optionalText("zone").orElse("")),
                mistakes.read(Map.of(), () -> body.labels("labels").orElse(Map.of())),
                mistakes.read(
                        Origin.DEFAULT_WEIGHT,
                        () -> body.wholeNumber("weight", 0, Origin.MAX_WEIGHT).orElse(Origin.DEFAULT_WEIGHT)));
    }

    private static Map<Listener, List<Endpoint>> endpoints(JsonBody body, String ip, Mistakes mistakes) {
        Map<Listener, List<Endpoint>> endpoints = new EnumMap<>(Listener.class);
        JsonNode node = body.at("endpoints");
        if (!node.isObject()) {
            mistakes.add(
                    "endpoints", "endpoints must be an object such as {\"rtmp\": [\"1935\"], \"http\": [\"8080\"]}");
            return endpoints;
        }
        node.properties().forEach(entry -> {
            String field = "endpoints." + entry.getKey();
            Listener listener = mistakes.read(Listener.RTMP, () -> listener(field, entry.getKey()));
            List<Endpoint> list =
                    mistakes.read(List.of(), () -> OriginText.endpoints(field, entry.getValue(), listener, ip));
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
                        "endpoints", "endpoints has none with TCP; one is needed to probe the origin"));
    }
}
