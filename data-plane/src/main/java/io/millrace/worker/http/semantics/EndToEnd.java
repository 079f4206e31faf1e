package io.millrace.worker.http.semantics;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go from one side to the other. */
public final class EndToEnd {

    /** Of one hop (RFC 9110, section 7.6.1), or of the handshake of a WebSocket, which is one hop's too. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");

    private EndToEnd() {}

    /** A copy without what concerns one hop only. */
    public static HttpHeaders headers(HttpHeaders all) {
        Set<String> named = connectionNames(all);
        HttpHeaders kept = new DefaultHttpHeaders();
        for (Map.Entry<String, String> header : all) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name)
                    && !named.contains(name)
                    && !name.startsWith("sec-websocket-")
                    && !name.startsWith("x-http2-")) {
                kept.add(header.getKey(), header.getValue());
            }
        }
        return kept;
    }

    private static Set<String> connectionNames(HttpHeaders all) {
        Set<String> names = new HashSet<>();
        for (String line : all.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        // These cannot be declared to be of one hop: an origin would get another request than the one that was checked
        // here.
        names.remove("host");
        names.remove("content-length");
        return names;
    }
}
