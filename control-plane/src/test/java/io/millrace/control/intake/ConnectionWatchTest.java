package io.millrace.control.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {

    private final Connections connections = new Connections(
            () -> new ConnectionSettings(100, 100, Duration.ofSeconds(10)), 1_000, new SimpleMeterRegistry());

    /** What a server does whose answer cannot be written: it tries to end it, while the encoder is still busy with the piece before. */
    @Test
    void anAnswerThatEndsWhenAPieceCouldNotBeWrittenIsReleasedOnce() {
        Pieces pieces = new Pieces();
        Closing channel = new Closing(new ConnectionWatch(connections), pieces, new HttpResponseEncoder());
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(head, true);
        assertThat(channel.writeOutbound(head)).isTrue();
        channel.closed = true;
        ByteBuf piece = Unpooled.copiedBuffer(new byte[100]);
        ByteBuf end = Unpooled.copiedBuffer(new byte[50]);
        List<ChannelFuture> ended = new ArrayList<>();
        ChannelPromise written = channel.newPromise();
        written.addListener(done -> ended.add(channel.writeAndFlush(new DefaultLastHttpContent(end))));
        channel.writeAndFlush(new DefaultHttpContent(piece), written);
        channel.runPendingTasks();
        assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(ended).hasSize(1);
        assertThat(ended.getFirst().cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(piece.refCnt()).isZero();
        assertThat(end.refCnt()).isZero();
        assertThat(connections.unread()).hasValue(0);
        assertThat(pieces.released)
                .as("pieces that were written although they are released")
                .isZero();
        channel.releaseOutbound();
    }

    /** As a channel is between its close and the end of its pipeline. */
    private static final class Closing extends EmbeddedChannel {
        private boolean closed;

        Closing(ChannelHandler... handlers) {
            super(handlers);
            pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    if (closed) {
                        try {
                            ReferenceCountUtil.release(message);
                        } finally {
                            promise.tryFailure(new ClosedChannelException());
                        }
                    } else {
                        context.write(message, promise);
                    }
                }
            });
        }

        @Override
        public boolean isActive() {
            return super.isActive() && !closed;
        }
    }

    /** What the encoder writes. */
    private static final class Pieces extends ChannelOutboundHandlerAdapter {
        private int released;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (ReferenceCountUtil.refCnt(message) == 0) {
                released++;
            }
            context.write(message, promise);
        }
    }
}
