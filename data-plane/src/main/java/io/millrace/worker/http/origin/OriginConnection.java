package io.millrace.worker.http.origin;

import io.millrace.model.Endpoint;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.net.flow.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection to an origin, behind Netty's codec: carries one call after the other. */
final class OriginConnection extends ChannelInboundHandlerAdapter {

    /** A length is due even where there is nothing to send (RFC 9110, section 8.6). */
    private static final Set<HttpMethod> MEANS_A_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final Endpoint origin;
    private final IdleConnections pool;
    private @Nullable ChannelHandlerContext context;
    private @Nullable OriginCall call;
    private boolean reusable;
    private boolean skippingInterim;

    OriginConnection(Endpoint origin, IdleConnections pool) {
        this.origin = origin;
        this.pool = pool;
    }

    Endpoint origin() {
        return origin;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private Channel channel() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context.channel();
    }

    void send(OriginCall next) {
        call = next;
        reusable = false;
        skippingInterim = false;
        OriginHttp.Ask ask = next.ask();
        // A view of its own: the same question may go out on a second connection.
        ByteBuf body = Unpooled.wrappedBuffer(ask.body().duplicate());
        int length = body.readableBytes();
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, ask.method(), ask.target(), body);
        request.headers().set(ask.headers());
        if (length > 0 || MEANS_A_BODY.contains(ask.method())) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        channel().writeAndFlush(request);
        pause(false);
    }

    void pause(boolean paused) {
        if (paused) {
            Reading.of(channel()).pause(Reading.Obstacle.OTHER_SIDE);
        } else {
            Reading.of(channel()).resume(Reading.Obstacle.OTHER_SIDE);
        }
    }

    void close() {
        call = null;
        channel().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        OriginCall current = call;
        if (current == null) {
            // It sent something without a request, or after its call was given up.
            ReferenceCountUtil.release(message);
            ctx.close();
            return;
        }
        if (message instanceof HttpResponse response) {
            head(current, response);
        }
        if (message instanceof HttpContent content) {
            content(current, content);
        }
    }

    private void head(OriginCall current, HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            fail(
                    Failure.PROTOCOL,
                    "its answer is no HTTP: " + response.decoderResult().cause().getMessage());
            return;
        }
        // 1xx announce the real answer, which follows; 101 was not asked for.
        skippingInterim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (skippingInterim) {
            return;
        }
        reusable = HttpUtil.isKeepAlive(response) && hasOwnEnd(current, response);
        current.head(response.status(), response.headers());
    }

    /** Whether the body ends by itself, and not with the connection. */
    private static boolean hasOwnEnd(OriginCall current, HttpResponse response) {
        int status = response.status().code();
        return HttpUtil.isTransferEncodingChunked(response)
                || HttpUtil.isContentLengthSet(response)
                || status == 204
                || status == 304
                || current.isHead();
    }

    private void content(OriginCall current, HttpContent content) {
        if (call != current) {
            content.release();
            return;
        }
        if (skippingInterim) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            fail(
                    Failure.PROTOCOL,
                    "its body is no HTTP: " + content.decoderResult().cause().getMessage());
            return;
        }
        if (content.content().isReadable()) {
            current.body(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent && call == current) {
            call = null;
            if (reusable && channel().isActive()) {
                pause(false);
                pool.put(this);
            } else {
                channel().close();
            }
            current.end();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.readComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (call == null) {
            pool.forget(this);
        } else {
            fail(Failure.RESET, "it closed the connection before its answer was complete");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            fail(Failure.RESET, String.valueOf(cause.getMessage()));
        } else {
            fail(Failure.PROTOCOL, String.valueOf(cause));
        }
        ctx.close();
    }

    private void fail(Failure failure, String detail) {
        OriginCall current = call;
        call = null;
        channel().close();
        if (current != null) {
            current.failed(new OriginFailure(failure, detail));
        }
    }
}
