package io.millrace.worker.net;

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
        pipeline.addLast(new HAProxyMessageDecoder());
        pipeline.addLast(new ProxyHeader(place));
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
        client.tell(ctx.channel());
        return place.belongsTo(ctx.channel(), client);
    }
}
