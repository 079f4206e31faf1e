package io.millrace.worker.webrtc.session;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** All that an origin answered to one request. */
public record OriginAnswer(HttpResponseStatus status, HttpHeaders headers, ByteBuffer body) {

    public boolean isSuccess() {
        return status.codeClass() == HttpStatusClass.SUCCESS;
    }

    /** One character per byte, so that it can be written again as it was. */
    public String text() {
        return text(body);
    }

    public OriginAnswer withText(String text) {
        return new OriginAnswer(status, headers, bytes(text));
    }

    public static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
