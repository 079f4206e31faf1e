package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.Exchange;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** What the calls of WHIP and of SRS's API have in common. */
public final class SignallingCalls {

    private SignallingCalls() {}

    /** A path without its last slash, which clients write or leave out. */
    public static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    public static void refuseMethod(Exchange exchange, String allowed, String message) {
        exchange.answer(
                HttpResponseStatus.METHOD_NOT_ALLOWED,
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.ALLOW, allowed)
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8"),
                Unpooled.copiedBuffer(message + "\n", StandardCharsets.UTF_8));
    }
}
