package io.millrace.worker.flv.relay;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.flv.codec.WebSocketFrames;
import io.millrace.worker.net.memory.OverBudgetException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jboss.logging.Logger;

/** A client's connection while it plays: it has nothing to say any more, except for the control frames of a WebSocket. */
final class ClientEnd extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(ClientEnd.class);

    private static final int MAX_FRAME = 4 * 1024;

    /** A viewer that keeps talking to nobody is no viewer. */
    private static final int MAX_TALK = 64 * 1024;

    private final Session session;
    private final boolean webSocket;
    private final LiveRelay.Listener listener;
    private long heard;

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
                    heard += bytes.readableBytes();
                    if (heard > MAX_TALK) {
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
        switch (cause) {
            case OverBudgetException shed -> listener.over(CloseReason.MEMORY_FULL, String.valueOf(shed.getMessage()));
            case IOException reset -> listener.over(CloseReason.PEER_RESET, String.valueOf(reset.getMessage()));
            case DecoderException malformed ->
                listener.over(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(malformed.getMessage()));
            default -> {
                LOG.errorf(cause, "A defect of ours ended the session of %s", session.clientAddress());
                listener.over(CloseReason.INTERNAL_ERROR, cause.toString());
            }
        }
    }
}
