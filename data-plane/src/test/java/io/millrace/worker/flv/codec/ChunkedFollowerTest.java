package io.millrace.worker.flv.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedFollowerTest {

    private record Seen(String payload, boolean over, boolean between, int taken) {}

    private static Seen follow(String body, int step) {
        ChunkedFollower follower = new ChunkedFollower();
        StringBuilder payload = new StringBuilder();
        int taken = 0;
        for (int at = 0; at < body.length(); at += step) {
            ByteBuf piece = Unpooled.copiedBuffer(
                    body.substring(at, Math.min(body.length(), at + step)), StandardCharsets.US_ASCII);
            taken += follower.follow(
                    piece, (index, length) -> payload.append(piece.toString(index, length, StandardCharsets.US_ASCII)));
            piece.release();
        }
        return new Seen(payload.toString(), follower.isOver(), follower.isBetweenChunks(), taken);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3;abc;0;; | abc | true",
                "3;abc;A;0123456789; | abc0123456789 | false",
                "3 ; x=y;abc;0; | abc | false",
                "00003;abc;000;Trailer: x;; | abc | true",
                "0;; | '' | true",
                "5;ab | ab | false",
            })
    void findsPayloadAndEndWhereverItIsSplit(String lines, String payload, boolean over) {
        // In the cases a semicolon stands for CR LF, one between blanks for itself.
        String body = lines.replace(" ; ", "\0").replace(";", "\r\n").replace("\0", ";");
        Seen whole = follow(body, body.length());

        assertThat(whole.payload()).isEqualTo(payload);
        assertThat(whole.over()).isEqualTo(over);
        for (int step = 1; step < body.length(); step++) {
            assertThat(follow(body, step)).isEqualTo(whole);
        }
    }

    @Test
    void leavesWhatComesBehindTheEnd() {
        Seen seen = follow("1\r\na\r\n0\r\n\r\nHTTP/1.1", 100);

        assertThat(seen.over()).isTrue();
        assertThat(seen.taken()).isEqualTo(11);
    }

    @Test
    void knowsWhereALastChunkCouldStand() {
        assertThat(follow("1\r\na\r\n", 100).between()).isTrue();
        assertThat(follow("1\r\na\r", 100).between()).isFalse();
        assertThat(follow("1\r\na", 100).between()).isFalse();
        assertThat(follow("1\r\na\r\n2", 100).between()).isFalse();
        assertThat(follow("", 100).between()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "g\r\n", "-1\r\n", "1\n", "1\r\nab", "1\r\na\r0", "1111111111111\r\n", "1;x\n"})
    void refusesWhatIsNotChunked(String body) {
        assertThatThrownBy(() -> follow(body, 1)).isInstanceOf(ChunkFormatException.class);
    }

    @Test
    void boundsExtensionsAndTrailers() {
        assertThatThrownBy(() -> follow("1;" + "x".repeat(9_000), 100)).hasMessageContaining("longer");
        assertThatThrownBy(() -> follow("0\r\n" + "X: y\r\n".repeat(2_000), 100))
                .hasMessageContaining("longer");
    }
}
