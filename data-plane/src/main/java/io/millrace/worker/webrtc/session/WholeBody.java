package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.Exchange;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Gathers the body of a request, which the server bounds. */
public final class WholeBody {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);

    private WholeBody() {}

    /** @param then called on the exchange's loop, unless the client goes away */
    public static void of(Exchange exchange, Consumer<ByteBuffer> then) {
        WholeBody body = new WholeBody();
        exchange.onBody(body::add, () -> then.accept(ByteBuffer.wrap(body.bytes.toByteArray())));
    }

    private void add(ByteBuf piece) {
        try {
            piece.readBytes(bytes, piece.readableBytes());
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        } finally {
            piece.release();
        }
    }
}
