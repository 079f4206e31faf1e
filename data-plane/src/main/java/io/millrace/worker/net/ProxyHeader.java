package io.millrace.worker.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;

/**
 * Takes the PROXY protocol header off a connection, so that {@link ClientAddress#of(io.netty.channel.Channel)} gives the client's
 * address instead of the balancer's. What is no such header ends as a decoder's exception further down the pipeline.
 */
public final class ProxyHeader extends ChannelInboundHandlerAdapter {

    private ProxyHeader() {}

    /** Call it before the first other handler is added. */
    public static void expect(ChannelPipeline pipeline) {
        pipeline.addLast(new HAProxyMessageDecoder());
        pipeline.addLast(new ProxyHeader());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HAProxyMessage header) {
            ClientAddress.behind(header).ifPresent(client -> client.tell(ctx.channel()));
            ctx.pipeline().remove(this);
        } else {
            ctx.fireChannelRead(message);
        }
    }
}
