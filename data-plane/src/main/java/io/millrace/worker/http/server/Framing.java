package io.millrace.worker.http.server;

import io.millrace.worker.http.Request;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;

/** What differs between a connection of HTTP/1 and a stream of HTTP/2. */
interface Framing {

    /** Whether more than one request may come. */
    boolean isConnection();

    /** Some of a head has come, and not all of it. */
    boolean isMidHead();

    /** This request is answered next. */
    void answers(Request request);

    /** It was answered; the next one may come. */
    void next() throws Exception;

    /** HTTP leaves the pipeline, the handler takes its place. */
    void switchTo(ChannelHandlerContext ctx, ChannelHandler handler);

    /** HTTP/1 behind its decoder and encoder. */
    record Http1(StrictRequestDecoder decoder, AnswerEncoder encoder) implements Framing {

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

    /** One stream of HTTP/2, behind Netty's translation. */
    record Http2Stream() implements Framing {

        @Override
        public boolean isConnection() {
            return false;
        }

        @Override
        public boolean isMidHead() {
            return false;
        }

        @Override
        public void answers(Request request) {
            // The frames say it.
        }

        @Override
        public void next() {
            // There is none.
        }

        @Override
        public void switchTo(ChannelHandlerContext ctx, ChannelHandler handler) {
            throw new IllegalStateException("a stream of HTTP/2 cannot leave HTTP");
        }
    }
}
