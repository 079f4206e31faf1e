package io.millrace.worker.rtmp.session;

import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A small message kept byte for byte, to be said again to an origin exactly as the client said it.
 *
 * @param payload on the heap, outside every pool; borrowed by its readers
 */
record RawMessage(int type, ByteBuf payload) {

    static final RawMessage NONE = new RawMessage(0, Unpooled.EMPTY_BUFFER);

    static RawMessage copyOf(RtmpMessage message) {
        return new RawMessage(message.type(), Unpooled.copiedBuffer(message.payload()));
    }
}
