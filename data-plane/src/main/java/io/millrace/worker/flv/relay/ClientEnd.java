package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.entry.CloseCause;
import io.millrace.worker.flv.codec.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import org.jboss.logging.Logger;

/** A client's connection while it plays: it has nothing to send any more, except for the control frames of a WebSocket. */
final class ClientEnd extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(ClientEnd.class);

    private static final int MAX_FRAME = 4 * 1024;

    /** What a client may send while it plays, in all; none of it is used. */
    private static final int MAX_UNUSED = 64 * 1024;

    private final Session session;
    private final boolean webSocket;
    private final LiveRelay.Listener listener;
    private long unused;

    ClientEnd(Session session, boolean webSocket, LiveRelay.Listener listener) {
        this.session = session;
        this.webSocket = webSocket;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (webSocket) {
            WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(true)
                    .allowExtensions(false)
                    .maxFramePayloadLength(MAX_FRAME)
                    .closeOnProtocolViolation(false)
                    .build();
            ctx.pipeline().addBefore(ctx.name(), "websocket", new WebSocket13FrameDecoder(config));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            switch (message) {
                case ByteBuf bytes -> {
                    session.countIn(bytes.readableBytes());
                    unused += bytes.readableBytes();
                    if (unused > MAX_UNUSED) {
                        listener.over(CloseReason.PEER_PROTOCOL_ERROR, "it goes on sending while it plays");
                    }
                }
                case PingWebSocketFrame ping -> {
                    ByteBuf pong = ctx.alloc().buffer();
                    WebSocketFrames.writePong(pong, ping.content());
                    ctx.writeAndFlush(pong);
                }
                case CloseWebSocketFrame _ -> listener.over(CloseReason.PEER_CLOSED, "");
                default -> {
                    // What players send beside that means nothing to an origin of HTTP.
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        listener.over(CloseReason.PEER_CLOSED, "");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        CloseCause why = CloseCause.of(cause, CloseReason.PEER_RESET, CloseReason.PEER_PROTOCOL_ERROR);
        if (why.isInternal()) {
            LOG.errorf(cause, "internal error, session ended protocol=flv client=%s", session.clientAddress());
        }
        listener.over(why.reason(), why.detail());
    }
}
