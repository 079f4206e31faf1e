package io.millrace.worker.http.origin;

import io.millrace.model.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Asks origins over HTTP/1.1 from an event loop, with deadlines and back-pressure; keeps idle connections per loop and origin. */
public interface OriginHttp {

    /** Sends the request; everything that follows comes to the receiver on that loop. */
    Call send(EventLoop loop, Endpoint origin, Ask ask, Receiver receiver);

    /**
     * What to ask.
     *
     * @param target path and query
     * @param headers sent as they are, beside Host (which the caller sets) and what the connection needs
     * @param body sent whole, with its length; not changed by anybody from now on
     * @param silenceLimit how long the origin may send nothing, before the head and between two pieces
     */
    record Ask(HttpMethod method, String target, HttpHeaders headers, ByteBuffer body, Duration silenceLimit) {

        /** Without a body. */
        public Ask(HttpMethod method, String target, HttpHeaders headers, Duration silenceLimit) {
            this(method, target, headers, ByteBuffer.allocate(0), silenceLimit);
        }
    }

    /** A request on its way. */
    interface Call {

        /** Not wanted any more; the connection is closed unless the answer was complete. */
        void cancel();

        /** Stops or goes on reading from the origin. */
        void pause(boolean paused);
    }

    /** Gets exactly one of {@code end} and {@code failed}, after which nothing comes. */
    interface Receiver {

        void head(HttpResponseStatus status, HttpHeaders headers);

        /** A piece of the body, without chunk framing; owned by the receiver. */
        void body(ByteBuf piece);

        /** No more pieces for now: time to flush. */
        void readComplete();

        void end();

        /**
         * @param beforeHead whether another origin may be asked instead
         */
        void failed(OriginFailure failure, boolean beforeHead);
    }
}
