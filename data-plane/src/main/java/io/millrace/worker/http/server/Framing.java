package io.millrace.worker.http.server;

import io.millrace.worker.http.Request;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;

/** What differs between a connection of HTTP/1 and a stream of HTTP/2. */
public interface Framing {

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
}
