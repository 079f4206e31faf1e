package io.millrace.worker.http.semantics;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers of an answer are for the client: not those of the connection, and not those that our server writes itself. */
public final class EndToEnd {

    private static final Set<String> STAY_BEHIND = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "date",
            "server",
            "alt-svc",
            "strict-transport-security",
            // One viewer's cookie is none for the others.
            "set-cookie",
            "set-cookie2");

    private static final String CORS = "access-control-";

    private EndToEnd() {}

    public static HttpHeaders headers(HttpHeaders received) {
        Set<String> named = new HashSet<>();
        for (String list : received.getAll("connection")) {
            for (String name : list.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        HttpHeaders kept = new DefaultHttpHeaders();
        for (Map.Entry<String, String> header : List.copyOf(received.entries())) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!STAY_BEHIND.contains(name) && !named.contains(name) && !name.startsWith(CORS)) {
                kept.add(name, header.getValue());
            }
        }
        return kept;
    }
}
