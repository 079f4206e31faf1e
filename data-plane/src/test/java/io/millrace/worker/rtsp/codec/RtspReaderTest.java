package io.millrace.worker.rtsp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RtspReaderTest {

    /** What connections carry, and what is read of it; frames stand as their bytes. */
    private enum Case {
        REQUEST("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", request("OPTIONS", "*", "", "CSeq", "1")),
        RESPONSE("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", response(200, "OK", "", "CSeq", "1")),
        NO_REASON("RTSP/1.0 200\r\nCSeq: 1\r\n\r\n", response(200, "", "", "CSeq", "1")),
        REASON_OF_WORDS("RTSP/1.0 404 Not Found here\r\n\r\n", response(404, "Not Found here", "")),
        LINE_FEEDS_ONLY("OPTIONS * RTSP/1.0\nCSeq: 1\n\n", request("OPTIONS", "*", "", "CSeq", "1")),
        SPACE_AROUND_VALUES(
                "OPTIONS * RTSP/1.0\r\nCSeq :1\r\nA:  b c \t\r\n\r\n",
                request("OPTIONS", "*", "", "CSeq", "1", "A", "b c")),
        FOLDED("OPTIONS * RTSP/1.0\r\nA: b\r\n  c\r\n\td\r\n\r\n", request("OPTIONS", "*", "", "A", "b c d")),
        EMPTY_VALUE("OPTIONS * RTSP/1.0\r\nA:\r\n\r\n", request("OPTIONS", "*", "", "A", "")),
        BODY(
                "ANNOUNCE rtsp://h/a/s RTSP/1.0\r\ncontent-length: 5\r\n\r\nv=0\r\n",
                request("ANNOUNCE", "rtsp://h/a/s", "v=0\r\n", "content-length", "5")),
        BODY_OF_ANY_BYTES(
                "SET_PARAMETER * RTSP/1.0\r\nContent-Length: 3\r\n\r\n\u00ff\u0000$",
                request("SET_PARAMETER", "*", "\u00ff\u0000$", "Content-Length", "3")),
        SAME_LENGTH_TWICE(
                "A b RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                request("A", "b", "x", "Content-Length", "1", "Content-Length", "1")),
        PIPELINED("A b RTSP/1.0\r\n\r\nC d RTSP/1.0\r\n\r\n", request("A", "b", ""), request("C", "d", "")),
        LINE_ENDS_BETWEEN("\r\n\nA b RTSP/1.0\r\n\r\n\r\n\r\n", request("A", "b", "")),
        FRAME("$\u0000\u0000\u0003abc", "$\u0000\u0000\u0003abc"),
        EMPTY_FRAME("$\u0001\u0000\u0000", "$\u0001\u0000\u0000"),
        FRAMES("$\u0000\u0000\u0001$$\u0001\u0000\u0002RT", "$\u0000\u0000\u0001$$\u0001\u0000\u0002RT"),
        MESSAGE_BETWEEN_FRAMES(
                "$\u0000\u0000\u0001aRTSP/1.0 200 OK\r\n\r\n$\u0000\u0000\u0001b",
                "$\u0000\u0000\u0001a",
                response(200, "OK", ""),
                "$\u0000\u0000\u0001b"),
        LONG_FRAME("$\u0000\u0001\u0002" + "x".repeat(258), "$\u0000\u0001\u0002" + "x".repeat(258));

        private final String bytes;

        // Texts and messages, which are values.
        @SuppressWarnings("ImmutableEnumChecker")
        private final List<Object> inputs;

        Case(String bytes, Object... inputs) {
            this.bytes = bytes;
            this.inputs = List.of(inputs);
        }
    }

    private static RtspHeaders headers(String... namesAndValues) {
        List<RtspHeader> all = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.add(new RtspHeader(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new RtspHeaders(all);
    }

    private static RtspRequest request(String method, String uri, String body, String... headers) {
        return new RtspRequest(method, uri, headers(headers), body);
    }

    private static RtspResponse response(int status, String reason, String body, String... headers) {
        return new RtspResponse(status, reason, headers(headers), body);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** Frames that touch count as one. */
    private static void readAll(RtspReader reader, List<Object> into) {
        for (Optional<RtspReader.Input> input = reader.next(); input.isPresent(); input = reader.next()) {
            switch (input.get()) {
                case RtspReader.Input.Message(RtspMessage message) -> into.add(message);
                case RtspReader.Input.Frames(ByteBuf frames) -> {
                    String text = frames.toString(StandardCharsets.ISO_8859_1);
                    frames.release();
                    if (!into.isEmpty() && into.getLast() instanceof String before) {
                        into.removeLast();
                        into.add(before + text);
                    } else {
                        into.add(text);
                    }
                }
            }
        }
    }

    private static List<Object> read(String... pieces) {
        RtspReader reader = new RtspReader();
        List<Object> inputs = new ArrayList<>();
        for (String piece : pieces) {
            reader.feed(bytes(piece));
            readAll(reader, inputs);
        }
        assertThat(reader.isBetween()).isTrue();
        assertThat(reader.hasUnread()).isFalse();
        return inputs;
    }

    @ParameterizedTest
    @EnumSource
    void readsItWhole(Case example) {
        assertThat(read(example.bytes)).isEqualTo(example.inputs);
    }

    @ParameterizedTest
    @EnumSource
    void readsItSplitAnywhere(Case example) {
        for (int at = 0; at <= example.bytes.length(); at++) {
            assertThat(read(example.bytes.substring(0, at), example.bytes.substring(at)))
                    .as("split at %d", at)
                    .isEqualTo(example.inputs);
        }
        assertThat(read(example.bytes.split(""))).isEqualTo(example.inputs);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenReadsTheSame(Case example) {
        for (Object input : example.inputs) {
            if (input instanceof RtspMessage message) {
                ByteBuf out = Unpooled.buffer();
                RtspWriter.write(out, message);
                assertThat(read(out.toString(StandardCharsets.ISO_8859_1))).containsExactly(message);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get * RTSP/1.0\\n\\n | 400",
                "A b\\n\\n | 400",
                "A  b RTSP/1.0\\n\\n | 400",
                "A b c RTSP/1.0\\n\\n | 400",
                "A b RTSP/1.1\\n\\n | 505",
                "A b HTTP/1.1\\n\\n | 400",
                "A\\0 b RTSP/1.0\\n\\n | 400",
                "A b RTSP/1.0\\n: x\\n\\n | 400",
                "A b RTSP/1.0\\nno colon\\n\\n | 400",
                "A b RTSP/1.0\\n folded: x\\n\\n | 400",
                "A b RTSP/1.0\\nA: b\\0\\n\\n | 400",
                "A b RTSP/1.0\\nContent-Length: x\\n\\n | 400",
                "A b RTSP/1.0\\nContent-Length: -1\\n\\n | 400",
                "A b RTSP/1.0\\nContent-Length: 9999999999\\n\\n | 400",
                "A b RTSP/1.0\\nContent-Length: 1\\nContent-Length: 2\\n\\n | 400",
                "A b RTSP/1.0\\nContent-Length: 262145\\n\\n | 413",
                "RTSP/1.0 OK\\n\\n | 400",
                "RTSP/1.0 99 x\\n\\n | 400",
                "RTSP/1.0\\n\\n | 400",
                "RTSP/2.0 200 OK\\n\\n | 505",
            })
    void refusesWhatIsNot(String text, int status) {
        assertThatExceptionOfType(RtspFormatException.class)
                .isThrownBy(() -> read(text.translateEscapes()))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void boundsTheHead() {
        RtspReader reader = new RtspReader();
        reader.feed(bytes("A b RTSP/1.0\r\nA: " + "x".repeat(RtspReader.MAX_HEAD)));
        assertThatExceptionOfType(RtspFormatException.class).isThrownBy(reader::next);
        reader.release();
        assertThatExceptionOfType(RtspFormatException.class)
                .isThrownBy(() -> read("A b RTSP/1.0\r\n" + "A: b\r\n".repeat(101) + "\r\n"));
    }

    @Test
    void passesFramesOnWithoutCopying() {
        RtspReader reader = new RtspReader();
        ByteBuf whole = bytes("$\0\0\3abc$\0\0\5ab");
        reader.feed(whole);
        assertThat(reader.next()).contains(new RtspReader.Input.Frames(whole));
        assertThat(reader.isBetween()).isFalse();
        whole.release();
        ByteBuf mixed = bytes("cdeA b RTSP/1.0\r\n\r\n");
        reader.feed(mixed);
        if (reader.next().orElseThrow() instanceof RtspReader.Input.Frames(ByteBuf frames)) {
            assertThat(frames.unwrap()).isSameAs(mixed);
            frames.release();
        } else {
            throw new AssertionError("no frames");
        }
        assertThat(reader.isBetween()).isTrue();
        assertThat(reader.next()).isPresent();
        assertThat(mixed.refCnt()).isZero();
    }

    @Test
    void letsGoOfWhatWasNotRead() {
        RtspReader reader = new RtspReader();
        ByteBuf unread = bytes("A b RTSP/1.0\r\n\r\nrest");
        reader.feed(unread);
        assertThat(reader.next()).isPresent();
        reader.release();
        assertThat(unread.refCnt()).isZero();
        assertThat(reader.next()).isEmpty();
    }
}
