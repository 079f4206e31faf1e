package io.millrace.worker.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;

/**
 * One request and the way to answer it, whether it came over HTTP/1.0, HTTP/1.1 or HTTP/2. Lives on the event loop of its
 * connection: every method is called there, and every callback comes there. CORS headers, Date, Server and the framing of the
 * body (length, chunks, frames, close) are the server's affair, and so is leaving out the body for HEAD.
 */
public interface Exchange {

    Request request();

    /** For its loop, allocator and ticker; nothing writes to it past this interface. */
    Channel channel();

    /** The whole answer at once; owns the body. */
    void answer(HttpResponseStatus status, HttpHeaders headers, ByteBuf body);

    /** A short answer for people, {@code text/plain}, never cached. */
    void refuse(HttpResponseStatus status, String message);

    /**
     * The head of an answer whose body follows. A {@code content-length} among the headers is kept to; without one the body is as
     * long as it gets.
     */
    Body begin(HttpResponseStatus status, HttpHeaders headers);

    /**
     * The request's body, piece by piece, each owned by the consumer; then {@code end}. It is bounded as a whole, so it may be
     * gathered. Not called by those who do not care for it.
     */
    void onBody(Consumer<ByteBuf> piece, Runnable end);

    /** The client went away, or its connection was cut, before the answer was complete. Called once at most. */
    void onClientGone(Runnable listener);

    /** Whether {@link #switchTo} can be used: not on HTTP/2, where other exchanges live on the same connection. */
    boolean canSwitch();

    /**
     * Sends this head and gives the connection away, for answers that go on for hours and for other protocols: HTTP leaves the
     * pipeline, the handler takes its place, and what is written to the channel then is the rest of the answer as it stands. The
     * headers say how it ends ({@code connection} included); no other request is read. The exchange is over, and the handler
     * is told of the connection's end.
     */
    void switchTo(HttpResponseStatus status, HttpHeaders headers, ChannelHandler handler);

    /** Whether the client is gone or the answer complete. */
    boolean isOver();

    /** The body of an answer on its way. */
    interface Body {

        /** Queues without flushing; owns the bytes. */
        void write(ByteBuf bytes);

        void flush();

        /** Whether more may be written without the client's slowness costing memory. */
        boolean isWritable();

        /** Called each time it becomes writable again. */
        void onWritable(Runnable listener);

        /** All was said. */
        void end();

        /** It cannot be completed: the client must see that it was cut off. */
        void abort();
    }
}
