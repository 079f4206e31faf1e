package io.millrace.worker.rtmp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkScannerTest {

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // header | chunk stream | timestamp | length | type | message stream
                "06 000028 000010 09 01000000 | 6 | 40 | 16 | 9 | 1",
                "00 00 000028 000010 09 01000000 | 64 | 40 | 16 | 9 | 1",
                "00 ff 000028 000010 09 01000000 | 319 | 40 | 16 | 9 | 1",
                "01 00 01 000028 000010 09 01000000 | 320 | 40 | 16 | 9 | 1",
                "01 ff ff 000028 000010 09 01000000 | 65599 | 40 | 16 | 9 | 1",
                "06 ffffff 000010 09 01000000 01000000 | 6 | 16777216 | 16 | 9 | 1",
                "06 ffffff 000010 09 01000000 00ffffff | 6 | 16777215 | 16 | 9 | 1",
                "46 000028 000010 08 | 6 | 40 | 16 | 8 | 0",
            })
    void readsEveryFormOfFirstHeader(String header, int id, int timestamp, int length, int type, int messageStream) {
        ByteBuf whole = bytes(header);
        for (int cut = 0; cut < whole.readableBytes(); cut++) {
            assertThat(new ChunkScanner().readHeader(whole.duplicate().writerIndex(cut)))
                    .isFalse();
        }
        ChunkScanner scanner = new ChunkScanner();
        assertThat(scanner.readHeader(whole)).isTrue();
        assertThat(whole.isReadable()).isFalse();
        ChunkStream stream = scanner.stream();
        assertThat(stream.id()).isEqualTo(id);
        assertThat(stream.timestamp()).isEqualTo(timestamp);
        assertThat(stream.messageLength()).isEqualTo(length);
        assertThat(stream.messageType()).isEqualTo(type);
        assertThat(stream.messageStreamId()).isEqualTo(messageStream);
    }

    @ParameterizedTest
    @ValueSource(strings = {"86 000001", "c6", "06 000000 000010 09 01000000 aaaa 06 000000 000010 09 01000000"})
    void refusesHeadersThatBuildOnNothing(String hex) {
        ByteBuf in = bytes(hex);
        ChunkScanner scanner = new ChunkScanner();
        assertThatThrownBy(() -> {
                    scanner.chunkSize(2);
                    while (scanner.readHeader(in)) {
                        in.skipBytes(scanner.payloadLeft());
                        scanner.passed(scanner.payloadLeft());
                    }
                })
                .isInstanceOf(RtmpFormatException.class);
    }

    @Test
    void refusesMoreChunkStreamsThanAnybodyNeeds() {
        ChunkScanner scanner = new ChunkScanner();
        assertThatThrownBy(() -> {
                    for (int id = 2; id < 1_000; id++) {
                        ByteBuf header = Unpooled.buffer();
                        ChunkWriter.writeFirstHeader(header, id, 0, 0, MessageType.AUDIO, 1);
                        assertThat(scanner.readHeader(header)).isTrue();
                    }
                })
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("chunk streams");
    }

    @Test
    void refusesChunkSizesBelowOneAndBoundsTheLargest() {
        ChunkScanner scanner = new ChunkScanner();
        assertThatThrownBy(() -> scanner.chunkSize(0)).isInstanceOf(RtmpFormatException.class);
        assertThatThrownBy(() -> scanner.chunkSize(-1)).isInstanceOf(RtmpFormatException.class);
        scanner.chunkSize(Integer.MAX_VALUE);
        assertThat(scanner.chunkSize()).isEqualTo(0xffffff);
    }

    @Test
    void letsGoOfAnAbortedMessage() {
        ChunkScanner scanner = new ChunkScanner();
        ByteBuf in = bytes("06 000000 000010 09 01000000");
        assertThat(scanner.readHeader(in)).isTrue();
        assertThat(scanner.abort(6)).isSameAs(scanner.stream());
        assertThat(scanner.stream().messageLeft()).isZero();
        assertThat(scanner.abort(7)).isNull();
        assertThat(scanner.abort(-1)).isNull();
        assertThat(scanner.abort(1_000_000)).isNull();
    }

    @Test
    void neverPassesTheEndOfTheBufferOnRandomBytes() {
        for (int seed = 0; seed < 50_000; seed++) {
            Random random = new Random(seed);
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            ByteBuf in = Unpooled.wrappedBuffer(garbage);
            ChunkScanner scanner = new ChunkScanner();
            try {
                while (scanner.readHeader(in)) {
                    int n = Math.min(in.readableBytes(), scanner.payloadLeft());
                    in.skipBytes(n);
                    scanner.passed(n);
                    if (scanner.payloadLeft() > 0) {
                        break;
                    }
                }
            } catch (RtmpFormatException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }
}
