package io.millrace.worker.http.server;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one request that a connection serves now. */
final class ServedExchange implements Exchange {

    private static final long UNKNOWN = -1;

    private final HttpConnection connection;
    private final ChannelHandlerContext ctx;
    private final ServerParts parts;
    private final Request request;
    private final String service;
    private final boolean forPages;
    private boolean expectsContinue;
    private boolean isLast;
    private boolean begun;
    private boolean over;
    private boolean keepAlive;
    private long bytesLeft = UNKNOWN;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>(0);
    private boolean bodyEnded;
    private @Nullable Consumer<ByteBuf> bodyPiece;
    private @Nullable Runnable bodyEnd;
    private @Nullable Runnable clientGone;
    private @Nullable Runnable writable;

    /**
     * @param service as metrics call it
     * @param forPages whether pages of other origins may read the answer
     * @param expectsContinue whether the client waits for 100 before it sends the body
     */
    ServedExchange(
            HttpConnection connection,
            ChannelHandlerContext ctx,
            ServerParts parts,
            Request request,
            String service,
            boolean forPages,
            boolean expectsContinue) {
        this.connection = connection;
        this.ctx = ctx;
        this.parts = parts;
        this.request = request;
        this.service = service;
        this.forPages = forPages;
        this.expectsContinue = expectsContinue;
        this.bodyEnded = !connection.isBodyOpen();
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    // ---- answers

    @Override
    public void answer(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        if (over) {
            body.release();
            return;
        }
        HttpHeaders all = head(status, headers);
        // An answer to HEAD that is passed on has no body; how long it would be, only its own headers can say.
        if (mayHaveBody(status) && !(request.isHead() && !body.isReadable())) {
            all.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        ByteBuf sent = body;
        if (request.isHead() || !mayHaveBody(status)) {
            body.release();
            sent = Unpooled.EMPTY_BUFFER;
        }
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, sent, all, EmptyHttpHeaders.INSTANCE));
        finish();
    }

    @Override
    public void refuse(HttpResponseStatus status, String message) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        answer(status, headers, Unpooled.copiedBuffer(message + "\n", StandardCharsets.UTF_8));
    }

    @Override
    public Body begin(HttpResponseStatus status, HttpHeaders headers) {
        ServedBody body = new ServedBody();
        if (over) {
            return body;
        }
        HttpHeaders all = head(status, headers);
        String length = all.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && !request.isHead()) {
            bytesLeft = Long.parseLong(length);
        } else if (length == null && mayHaveBody(status) && connection.canSwitch()) {
            if (request.version().equals(HttpVersion.HTTP_1_0)) {
                keepAlive = false;
                all.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            } else {
                all.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, all));
        return body;
    }

    @Override
    public boolean canSwitch() {
        return connection.canSwitch();
    }

    @Override
    public void switchTo(HttpResponseStatus status, HttpHeaders headers, ChannelHandler handler) {
        if (begun || over || !canSwitch()) {
            throw new IllegalStateException("the connection cannot be given away");
        }
        begun = true;
        over = true;
        releaseEarly();
        HttpHeaders all = new DefaultHttpHeaders().add(headers);
        parts.head().complete(all, forPages);
        parts.metrics().answered(service, status.code());
        ctx.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, all));
        connection.switchTo(ctx, handler);
    }

    /** All headers of the answer; from here on it is begun. */
    private HttpHeaders head(HttpResponseStatus status, HttpHeaders headers) {
        if (begun) {
            throw new IllegalStateException("answered twice");
        }
        begun = true;
        // A client that waits for 100 may or may not send its body after another one: what comes next is unknown.
        keepAlive = connection.canSwitch()
                && !isLast
                && !connection.isLeaving()
                && !(expectsContinue && connection.isBodyOpen())
                && wantsKeepAlive();
        HttpHeaders all = new DefaultHttpHeaders().add(headers);
        all.remove(HttpHeaderNames.TRANSFER_ENCODING)
                .remove(HttpHeaderNames.CONNECTION)
                .remove("keep-alive");
        if (connection.canSwitch() && !keepAlive) {
            all.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (connection.canSwitch() && request.version().equals(HttpVersion.HTTP_1_0)) {
            all.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        parts.head().complete(all, forPages);
        parts.metrics().answered(service, status.code());
        return all;
    }

    private boolean wantsKeepAlive() {
        HttpHeaders headers = request.headers();
        return request.version().equals(HttpVersion.HTTP_1_0)
                ? headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)
                : !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    }

    private void write(Object message) {
        if (connection.canSwitch()) {
            ctx.write(message, ctx.voidPromise());
            return;
        }
        // Streams of HTTP/2 have no void promises. One that was reset fails each write at once and stays writable:
        // a loop that writes until it is not would never stop.
        ctx.write(message).addListener(written -> {
            if (!written.isSuccess()) {
                connection.clientGone();
            }
        });
    }

    private static boolean mayHaveBody(HttpResponseStatus status) {
        return status.code() >= 200 && status.code() != 204 && status.code() != 304;
    }

    private void finish() {
        over = true;
        releaseEarly();
        connection.answered(keepAlive);
    }

    private final class ServedBody implements Body {

        @Override
        public void write(ByteBuf bytes) {
            if (over || request.isHead()) {
                bytes.release();
                return;
            }
            int length = bytes.readableBytes();
            if (bytesLeft != UNKNOWN) {
                if (length > bytesLeft) {
                    bytes.release();
                    abort();
                    return;
                }
                bytesLeft -= length;
            }
            ServedExchange.this.write(new DefaultHttpContent(bytes));
        }

        @Override
        public void flush() {
            if (!over) {
                ctx.flush();
            }
        }

        @Override
        public boolean isWritable() {
            return !over && ctx.channel().isActive() && ctx.channel().isWritable();
        }

        @Override
        public void onWritable(Runnable listener) {
            writable = listener;
        }

        @Override
        public void end() {
            if (over) {
                return;
            }
            if (bytesLeft > 0) {
                abort();
                return;
            }
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            finish();
        }

        @Override
        public void abort() {
            if (!over) {
                over = true;
                releaseEarly();
                ctx.close();
            }
        }
    }

    // ---- the request's body

    @Override
    public void onBody(Consumer<ByteBuf> piece, Runnable end) {
        bodyPiece = piece;
        bodyEnd = end;
        if (expectsContinue && !bodyEnded && early.isEmpty() && !begun && !over) {
            expectsContinue = false;
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        for (ByteBuf kept = early.poll(); kept != null; kept = early.poll()) {
            piece.accept(kept);
        }
        if (bodyEnded) {
            end.run();
        }
    }

    /** A piece of the request's body; owns it. */
    void body(ByteBuf bytes, boolean last) {
        if (bodyEnded) {
            // The decoder ends requests without a body too.
            bytes.release();
            return;
        }
        bodyEnded = last;
        if (over || !bytes.isReadable()) {
            bytes.release();
        } else if (bodyPiece == null) {
            early.add(bytes);
        } else {
            bodyPiece.accept(bytes);
        }
        if (last && bodyEnd != null && !over) {
            bodyEnd.run();
        }
    }

    private void releaseEarly() {
        early.forEach(ByteBuf::release);
        early.clear();
    }

    // ---- the client

    @Override
    public void onClientGone(Runnable listener) {
        clientGone = listener;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    void writable() {
        if (writable != null && !over) {
            writable.run();
        }
    }

    /** The client left before the answer was complete. */
    void clientGone() {
        boolean cutOff = !over;
        over = true;
        releaseEarly();
        if (cutOff && clientGone != null) {
            clientGone.run();
        }
    }

    /** The rest of the request cannot be had: refuses it if it was not answered yet, and tells the service that the client has left. */
    void cut(Refusal refusal) {
        if (over) {
            return;
        }
        Runnable listener = clientGone;
        clientGone = null;
        if (begun) {
            over = true;
            ctx.close();
        } else {
            isLast = true;
            refuse(refusal.status(), refusal.message());
        }
        if (listener != null) {
            listener.run();
        }
    }

    /** Its service is broken. */
    void fail() {
        if (over) {
            return;
        }
        if (begun) {
            over = true;
            ctx.close();
        } else {
            refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error.");
        }
    }
}
