package io.millrace.worker.rtmp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Amf0Test {

    /** Name, value and bytes; drives reading, writing, cutting and fuzzing. */
    static Stream<Arguments> cases() {
        Map<String, AmfValue> members = new LinkedHashMap<>();
        members.put("app", new AmfValue.Text("live"));
        members.put("capsEx", new AmfValue.Num(3));
        members.put("fourCcList", new AmfValue.Items(List.of(new AmfValue.Text("hvc1"))));
        return Stream.of(
                Arguments.of("number", new AmfValue.Num(1), "003ff0000000000000"),
                Arguments.of("true", new AmfValue.Bool(true), "0101"),
                Arguments.of("text", new AmfValue.Text("live"), "0200046c697665"),
                Arguments.of("text outside ASCII", new AmfValue.Text("\u00fc"), "020002c3bc"),
                Arguments.of("null", AmfValue.Nothing.NULL, "05"),
                Arguments.of("undefined", AmfValue.Nothing.UNDEFINED, "06"),
                Arguments.of("date", new AmfValue.Date(0), "0b00000000000000000000"),
                Arguments.of("items", new AmfValue.Items(List.of(new AmfValue.Bool(false))), "0a000000010100"),
                Arguments.of(
                        "object",
                        new AmfValue.Members(members),
                        "03" + "0003617070" + "0200046c697665" + "000663617073457800" + "4008000000000000"
                                + "000a666f757243634c697374" + "0a00000001" + "02000468766331" + "000009"));
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void reads(String name, AmfValue value, String hex) {
        assertThat(Amf0.read(bytes(hex))).as(name).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void writes(String name, AmfValue value, String hex) {
        ByteBuf out = Unpooled.buffer();
        Amf0.write(out, value);
        assertThat(ByteBufUtil.hexDump(out)).as(name).isEqualTo(hex);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void refusesEveryCut(String name, AmfValue value, String hex) {
        ByteBuf whole = bytes(hex);
        for (int i = 0; i < whole.readableBytes(); i++) {
            ByteBuf cut = whole.slice(0, i);
            assertThatThrownBy(() -> Amf0.read(cut))
                    .as("%s cut at %d", name, i)
                    .isInstanceOf(RtmpFormatException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void survivesEveryFlippedByte(String name, AmfValue value, String hex) {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = ByteBufUtil.decodeHexDump(hex);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Amf0.readAll(Unpooled.wrappedBuffer(mutated))).isNotNull();
            } catch (RtmpFormatException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void readsWhatOthersWriteButWeDoNot() {
        assertThat(Amf0.read(bytes("0c000000046c697665"))).isEqualTo(new AmfValue.Text("live"));
        assertThat(Amf0.read(bytes("0800000001" + "0001610101" + "000009")))
                .isEqualTo(new AmfValue.Members(Map.of("a", new AmfValue.Bool(true))));
        assertThat(Amf0.read(bytes("10000143" + "0001610101" + "000009")))
                .isEqualTo(new AmfValue.Members(Map.of("a", new AmfValue.Bool(true))));
        assertThat(Amf0.readAll(bytes("0101" + "110a0b")))
                .isEqualTo(List.of(new AmfValue.Bool(true), AmfValue.Nothing.UNDEFINED));
    }

    @Test
    void boundsDepthAndCounts() {
        assertThatThrownBy(() -> Amf0.read(bytes("0a00000001".repeat(40) + "05")))
                .hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> Amf0.read(bytes("0a7fffffff"))).hasMessageContaining("2147483647 items");
        assertThatThrownBy(() -> Amf0.read(bytes("0cffffffff"))).hasMessageContaining("4294967295 bytes");
        assertThatThrownBy(() -> Amf0.read(bytes("03" + "0001610101".repeat(1) + "00026161".repeat(1))))
                .isInstanceOf(RtmpFormatException.class);
    }
}
