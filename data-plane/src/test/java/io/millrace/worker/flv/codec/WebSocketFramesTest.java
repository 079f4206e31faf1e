package io.millrace.worker.flv.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketFramesTest {

    /** The example of RFC 6455, section 1.3. */
    @Test
    void acceptsAsTheSpecificationDoes() {
        assertThat(WebSocketFrames.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(WebSocketFrames.isKey("dGhlIHNhbXBsZSBub25jZQ==")).isTrue();
        assertThat(WebSocketFrames.isKey("")).isFalse();
        assertThat(WebSocketFrames.isKey("???")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8200",
        "125, 827d",
        "126, 827e007e",
        "65535, 827effff",
        "65536, 827f0000000000010000",
    })
    void writesTheShortestLength(int length, String header) {
        ByteBuf out = Unpooled.buffer();
        WebSocketFrames.writeBinaryHeader(out, length);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(header);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(WebSocketFrames.MAX_HEADER);
    }

    @Test
    void answersPingsAndSaysGoodBye() {
        ByteBuf out = Unpooled.buffer();
        WebSocketFrames.writePong(out, Unpooled.wrappedBuffer(new byte[] {1, 2}));
        WebSocketFrames.writeClose(out, WebSocketFrames.NORMAL, "bye");
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("8a020102" + "880503e8627965");
    }
}
