package io.millrace.worker.http.listen;

import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.HttpSettings;
import io.millrace.worker.http.server.AnswerMetrics;
import io.millrace.worker.http.server.HttpConnection;
import io.millrace.worker.http.server.ServerParts;
import io.millrace.worker.http.server.http2.Http2Setup;
import io.millrace.worker.net.loop.EventLoops;
import io.netty.channel.ChannelPipeline;
import java.time.InstantSource;

/** Makes HTTP connections of one port out of channels, whatever stands in front: nothing, or TLS. */
public final class HttpConnections {

    private final ServerParts parts;

    private HttpConnections(ServerParts parts) {
        this.parts = parts;
    }

    /** @param services all there are; those of the port are asked */
    public static HttpConnections of(
            HttpPort port,
            HttpSettings settings,
            Iterable<HttpService> services,
            EventLoops loops,
            SessionTable sessions,
            AnswerMetrics metrics,
            InstantSource clock) {
        return new HttpConnections(ServerParts.of(port, settings, services, loops, sessions, metrics, clock));
    }

    /** A connection of HTTP/1.0 or 1.1, from its next byte on; on its loop. */
    public void http1(ChannelPipeline pipeline, boolean secure) {
        HttpConnection.addHttp1To(pipeline, parts, secure);
    }

    /** A connection of HTTP/2, which only happens behind TLS; on its loop. */
    public void http2(ChannelPipeline pipeline) {
        Http2Setup.addTo(pipeline, parts);
    }

    /** The worker drains: every connection ends after the request that it serves. */
    public void leave() {
        parts.leaving().set(true);
    }
}
