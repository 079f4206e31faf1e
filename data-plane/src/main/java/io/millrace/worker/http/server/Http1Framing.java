package io.millrace.worker.http.server;

import io.millrace.worker.http.Request;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;

/** HTTP/1 behind its decoder and encoder. */
record Http1Framing(StrictRequestDecoder decoder, AnswerEncoder encoder) implements Framing {

    @Override
    public boolean isConnection() {
        return true;
    }

    @Override
    public boolean isMidHead() {
        return decoder.isMidHead();
    }

    @Override
    public void answers(Request request) {
        encoder.answers(request.isHead());
    }

    @Override
    public void next() throws Exception {
        encoder.answers(false);
        decoder.next();
    }

    @Override
    public void switchTo(ChannelHandlerContext ctx, ChannelHandler handler) {
        ctx.pipeline().addLast(handler);
        ctx.pipeline().remove(encoder);
        ctx.pipeline().remove(ctx.handler());
        // Last: what it has kept goes on to the new handler.
        ctx.pipeline().remove(decoder);
    }
}
