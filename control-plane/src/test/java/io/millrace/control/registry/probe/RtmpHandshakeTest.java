package io.millrace.control.registry.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtmpHandshakeTest {

    @Test
    void opensWithVersion3AndAPlainC1() {
        byte[] opening = RtmpHandshake.opening(new Random(1));
        assertThat(opening).hasSize(1 + 1_536);
        assertThat(opening[0]).isEqualTo((byte) 3);
        assertThat(java.util.Arrays.copyOfRange(opening, 1, 9)).containsOnly(0);
        assertThat(java.util.Arrays.copyOfRange(opening, 9, 1_537)).isNotEqualTo(new byte[1_528]);
    }

    @Test
    void readsS0AndS1AndNothingMore() throws IOException {
        byte[] answer = new byte[RtmpHandshake.ANSWER_BYTES + 100];
        answer[0] = 3;
        ByteArrayInputStream in = new ByteArrayInputStream(answer);
        RtmpHandshake.readAnswer(in);
        assertThat(in.available()).isEqualTo(100);
    }

    @Test
    void anAnswerThatIsCutAnywhereIsNone() {
        for (int length = 0; length < RtmpHandshake.ANSWER_BYTES; length++) {
            byte[] cut = new byte[length];
            if (length > 0) {
                cut[0] = 3;
            }
            assertThatThrownBy(() -> RtmpHandshake.readAnswer(new ByteArrayInputStream(cut)))
                    .as("%d bytes", length)
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anotherProtocolIsNoAnswer() {
        assertThatThrownBy(() -> RtmpHandshake.readAnswer(new ByteArrayInputStream(
                        "HTTP/1.1 400\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isInstanceOf(RtmpHandshake.NotRtmpException.class)
                .hasMessageContaining("version 72");
    }
}
