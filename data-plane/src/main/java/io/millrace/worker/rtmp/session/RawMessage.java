package io.millrace.worker.rtmp.session;

import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A small message kept byte for byte, to be said again to an origin exactly as the client said it. */
record RawMessage(int type, byte[] payload) {

    static RawMessage copyOf(RtmpMessage message) {
        return new RawMessage(message.type(), ByteBufUtil.getBytes(message.payload()));
    }

    ByteBuf asBuffer() {
        return Unpooled.wrappedBuffer(payload);
    }
}
