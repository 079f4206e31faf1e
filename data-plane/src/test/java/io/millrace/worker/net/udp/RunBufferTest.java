package io.millrace.worker.net.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunBufferTest {

    private final RunBuffer buffer = new RunBuffer(UnpooledByteBufAllocator.DEFAULT, 8);

    @AfterEach
    void release() {
        buffer.release();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String shown(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void runsThatWaitToBeSentKeepTheirBytes() {
        ByteBuf first = buffer.joined(List.of(text("ab"), text("cd")), 4);
        ByteBuf second = buffer.joined(List.of(text("ef"), text("g")), 3);
        ByteBuf third = buffer.joined(List.of(text("hi"), text("jk")), 4);
        assertThat(List.of(shown(first), shown(second), shown(third))).containsExactly("abcd", "efg", "hijk");
        // What does not fit goes to a buffer of its own.
        assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress() + 4);
        assertThat(third.unwrap()).isNotSameAs(first.unwrap());
        List.of(first, second, third).forEach(ByteBuf::release);
    }

    @Test
    void whatWasSentIsWrittenOver() {
        ByteBuf first = buffer.joined(List.of(text("ab"), text("cd")), 4);
        long address = first.memoryAddress();
        first.release();
        ByteBuf second = buffer.joined(List.of(text("ef"), text("gh")), 4);
        assertThat(second.memoryAddress()).isEqualTo(address);
        assertThat(shown(second)).isEqualTo("efgh");
        second.release();
    }

    @Test
    void ownsTheDatagrams() {
        ByteBuf datagram = text("ab");
        buffer.joined(List.of(datagram), 2).release();
        assertThat(datagram.refCnt()).isZero();
    }
}
