package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.Exchange;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** How a refusal by this worker is written. */
public enum RefusalFormat {
    PLAIN {
        @Override
        public void refuse(Exchange exchange, HttpResponseStatus status, String message) {
            exchange.refuse(status, message);
        }
    },
    /** SRS's envelope, for clients that read a code. */
    JSON {
        @Override
        public void refuse(Exchange exchange, HttpResponseStatus status, String message) {
            exchange.answer(
                    status,
                    new DefaultHttpHeaders()
                            .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                            .set(HttpHeaderNames.CACHE_CONTROL, "no-store"),
                    Unpooled.copiedBuffer(
                            "{\"code\":" + status.code() + ",\"data\":\"" + message.replace('"', '\'') + "\"}",
                            StandardCharsets.UTF_8));
        }
    };

    /** @param message without characters that need an escape, quotes excepted */
    public abstract void refuse(Exchange exchange, HttpResponseStatus status, String message);
}
