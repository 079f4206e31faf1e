package io.millrace.worker.rtmp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandshakeTest {

    private final Random random = new Random(3);

    private static byte[] take(ByteBuf in, int bytes) {
        byte[] part = new byte[bytes];
        in.readBytes(part);
        return part;
    }

    @Test
    void answersAPlainClientWithItsOwnBytes() {
        ByteBuf negotiation = Unpooled.buffer();
        Handshake.writeClientHello(negotiation, random);
        assertThat(negotiation.readByte()).isEqualTo((byte) 3);
        ByteBuf answer = Unpooled.buffer();
        Handshake.writeServerAnswer(answer, negotiation, random);
        assertThat(answer.readableBytes()).isEqualTo(1 + 2 * Handshake.PART_SIZE);
        answer.skipBytes(1 + Handshake.PART_SIZE);
        assertThat(take(answer, Handshake.PART_SIZE)).isEqualTo(take(negotiation, Handshake.PART_SIZE));
    }

    @ParameterizedTest
    @EnumSource
    void answersADigestWithADigest(DigestPlayer.Place place) {
        for (int i = 0; i < 200; i++) {
            ByteBuf negotiation = Unpooled.buffer();
            DigestPlayer.writeOpening(negotiation, place, random);
            negotiation.skipBytes(1);
            byte[] c1 = new byte[Handshake.PART_SIZE];
            negotiation.getBytes(negotiation.readerIndex(), c1);
            ByteBuf answer = Unpooled.buffer();
            Handshake.writeServerAnswer(answer, negotiation, random);
            assertThat(answer.readByte()).isEqualTo((byte) 3);
            assertThat(DigestPlayer.isFromServer(take(answer, Handshake.PART_SIZE), place))
                    .isTrue();
            byte[] s2 = take(answer, Handshake.PART_SIZE);
            assertThat(DigestPlayer.isAnswerTo(c1, s2, place)).isTrue();
            s2[17] ^= 1;
            assertThat(DigestPlayer.isAnswerTo(c1, s2, place)).isFalse();
        }
    }
}
