package io.millrace.worker.api;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** {@code /api/v1/versions}, which load balancers use as health check as with SRS's proxy, on one of the ports. */
public final class VersionsService implements HttpService {

    private static final String PATH = "/api/v1/versions";

    /** Before the files, and before what goes to the control plane as it comes. */
    private static final int EARLY = 50;

    private final HttpPort port;
    private final ClusterVersions versions;

    public VersionsService(HttpPort port, ClusterVersions versions) {
        this.port = port;
        this.versions = versions;
    }

    @Override
    public String word() {
        return "versions";
    }

    @Override
    public int order() {
        return EARLY;
    }

    @Override
    public HttpPort port() {
        return port;
    }

    @Override
    public boolean claims(Request request) {
        HttpMethod method = request.method();
        return (request.path().equals(PATH) || request.path().equals(PATH + "/"))
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.POST) || request.isHead());
    }

    @Override
    public void serve(Exchange exchange) {
        versions.get()
                .thenAccept(json -> exchange.channel().eventLoop().execute(() -> {
                    if (!exchange.isOver()) {
                        exchange.answer(
                                HttpResponseStatus.OK,
                                new DefaultHttpHeaders()
                                        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                                        .set("x-content-type-options", "nosniff"),
                                Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
                    }
                }));
    }
}
