package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;

/** One whole message. The receiver owns the payload. */
public record RtmpMessage(int type, int chunkStream, int messageStream, int timestamp, ByteBuf payload) {}
