package io.millrace.worker.flv.relay;

import io.millrace.worker.flv.codec.WebSocketFrames;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** How a client wants to get the stream. */
public enum Wish {
    PLAIN,
    /** Only what a stream's answer would say. */
    HEAD,
    WEBSOCKET,
    /** It says WebSocket, but not as RFC 6455 has it. */
    BROKEN_WEBSOCKET;

    public static Wish of(Exchange exchange) {
        Request request = exchange.request();
        if (request.isHead()) {
            return HEAD;
        }
        if (!exchange.canSwitch() || !request.headers().contains(HttpHeaderNames.UPGRADE, "websocket", true)) {
            return PLAIN;
        }
        String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
        boolean sound = request.method().equals(HttpMethod.GET)
                && request.version().equals(HttpVersion.HTTP_1_1)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && request.headers()
                        .get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "")
                        .equals("13")
                && WebSocketFrames.isKey(key);
        return sound ? WEBSOCKET : BROKEN_WEBSOCKET;
    }
}
