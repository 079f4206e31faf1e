package io.millrace.model;

import java.util.List;
import java.util.Map;

/** Origins for tests. */
public final class Origins {

    private Origins() {}

    public static Origin up(String server, int weight) {
        return new Origin(
                OriginId.of(server, "127.0.0.1", 1935),
                server,
                "127.0.0.1",
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "127.0.0.1", 1935))),
                "",
                Map.of(),
                weight,
                OriginState.UP,
                Admission.OPEN);
    }
}
