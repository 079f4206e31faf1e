package io.millrace.worker.net.accept;

import io.millrace.worker.net.memory.KeptInput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Takes the PROXY protocol header off a connection, so that {@link ClientAddress#of(io.netty.channel.Channel)} gives the client's
 * address instead of the balancer's. What is no such header ends as a decoder's exception further down the pipeline; a client that has
 * its share of connections gets no further.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {

    private final ConnectionPlaces.Place place;
    private boolean refused;

    private ProxyHeader(ConnectionPlaces.Place place) {
        this.place = place;
    }

    /** Call it before the first other handler is added. */
    static void expect(ChannelPipeline pipeline, ConnectionPlaces.Place place) {
        pipeline.addLast(new CompactDecoder());
        pipeline.addLast(new ProxyHeader(place));
    }

    /** Does not keep a large buffer for the beginning of a header. */
    private static final class CompactDecoder extends HAProxyMessageDecoder {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            super.channelRead(ctx, KeptInput.compact(ctx.alloc(), (ByteBuf) message));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HAProxyMessage header) {
            refused = !ClientAddress.behind(header)
                    .map(client -> isFrom(ctx, client))
                    .orElse(true);
            if (!refused) {
                ctx.pipeline().remove(this);
            }
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private boolean isFrom(ChannelHandlerContext ctx, ClientAddress client) {
        client.setFor(ctx.channel());
        return place.belongsTo(ctx.channel(), client);
    }
}
