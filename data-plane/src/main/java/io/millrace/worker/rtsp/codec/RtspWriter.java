package io.millrace.worker.rtsp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes messages as {@link RtspReader} reads them. */
public final class RtspWriter {

    private static final String VERSION = "RTSP/1.0";

    private RtspWriter() {}

    public static void write(ByteBuf out, RtspMessage message) {
        StringBuilder text = new StringBuilder(512 + message.body().length());
        switch (message) {
            case RtspRequest request ->
                text.append(request.method())
                        .append(' ')
                        .append(request.uri())
                        .append(' ')
                        .append(VERSION);
            case RtspResponse response ->
                text.append(VERSION)
                        .append(' ')
                        .append(response.status())
                        .append(' ')
                        .append(response.reason());
        }
        text.append("\r\n");
        for (RtspHeader header : message.headers().all()) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        text.append("\r\n").append(message.body());
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }
}
