package io.millrace.worker.webrtc.session;

import io.millrace.model.Endpoint;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.http.ForwardedHeaders;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request to an origin in a client's name, whose answer is gathered whole. Lives on the client's loop. */
final class SignallingRequest implements OriginHttp.Receiver {

    /** Far above any description. */
    private static final int MAX_ANSWER = 1 << 20;

    private final Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(4_096);
    private OriginHttp.@Nullable Call call;
    private @Nullable HttpResponseStatus status;
    private @Nullable HttpHeaders headers;
    private boolean over;

    /** One of the two is called, once; nothing after a cancel. */
    interface Listener {

        void answered(OriginAnswer answer);

        /** @param saidNothing whether the origin said nothing at all */
        void failed(OriginFailure failure, boolean saidNothing);
    }

    private SignallingRequest(Listener listener) {
        this.listener = listener;
    }

    /** @param target path and query at the origin */
    static SignallingRequest ask(
            OriginHttp http,
            EventLoop loop,
            Endpoint api,
            Request request,
            String target,
            ByteBuffer body,
            Duration limit,
            Listener listener) {
        return send(
                http, loop, api, new OriginHttp.Ask(request.method(), target, headers(request), body, limit), listener);
    }

    /** An OPTIONS without side effects: whatever the answer, the origin is available. */
    static SignallingRequest probe(
            OriginHttp http, EventLoop loop, Endpoint api, String path, Duration limit, Listener listener) {
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.HOST, api.authority());
        return send(http, loop, api, new OriginHttp.Ask(HttpMethod.OPTIONS, path, headers, limit), listener);
    }

    private static SignallingRequest send(
            OriginHttp http, EventLoop loop, Endpoint api, OriginHttp.Ask ask, Listener listener) {
        SignallingRequest pending = new SignallingRequest(listener);
        pending.call = http.send(loop, api, ask, pending);
        return pending;
    }

    private static HttpHeaders headers(Request request) {
        HttpHeaders headers = ForwardedHeaders.of(request);
        // What comes back is read here.
        return headers.remove(HttpHeaderNames.ACCEPT_ENCODING);
    }

    void cancel() {
        over = true;
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public void head(HttpResponseStatus answered, HttpHeaders sent) {
        status = answered;
        headers = sent;
    }

    @Override
    public void body(ByteBuf piece) {
        try {
            if (over) {
                return;
            }
            if (body.size() + piece.readableBytes() > MAX_ANSWER) {
                cancel();
                listener.failed(
                        new OriginFailure(Failure.PROTOCOL, "its answer is longer than " + MAX_ANSWER + " bytes"),
                        false);
                return;
            }
            piece.readBytes(body, piece.readableBytes());
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        } finally {
            piece.release();
        }
    }

    @Override
    public void readComplete() {}

    @Override
    public void end() {
        if (over || status == null || headers == null) {
            return;
        }
        over = true;
        listener.answered(new OriginAnswer(status, headers, ByteBuffer.wrap(body.toByteArray())));
    }

    @Override
    public void failed(OriginFailure failure, boolean beforeHead) {
        if (!over) {
            over = true;
            listener.failed(failure, beforeHead);
        }
    }
}
