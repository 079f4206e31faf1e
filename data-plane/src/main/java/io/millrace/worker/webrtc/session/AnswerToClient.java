package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.semantics.EndToEnd;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/** Passes on what an origin answered. */
final class AnswerToClient {

    /** What scripts of other sites must be able to read, whatever else an origin lets them read. */
    private static final String EXPOSED = "Location, Link, ETag";

    private AnswerToClient() {}

    /** @param location in place of the origin's; empty to keep that */
    static void pass(Exchange exchange, OriginAnswer answer, Optional<String> location) {
        if (exchange.isOver()) {
            return;
        }
        HttpHeaders headers = EndToEnd.headers(answer.headers());
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        location.ifPresent(text -> headers.set(HttpHeaderNames.LOCATION, text));
        String exposed = headers.get(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS);
        if (exposed != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed + ", " + EXPOSED);
        }
        exchange.answer(
                answer.status(), headers, Unpooled.wrappedBuffer(answer.body().duplicate()));
    }
}
