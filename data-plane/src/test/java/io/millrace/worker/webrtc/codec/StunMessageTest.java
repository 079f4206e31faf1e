package io.millrace.worker.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StunMessageTest {

    private static final long SECONDS = Long.getLong("millrace.fuzz.seconds", 10);
    private static final long FIRST_SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

    /** RFC 5769, section 2.1: a request of another implementation. */
    private static final String RFC_5769_REQUEST = "000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74" + "002400046e0001ff" + "80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020" + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf";

    /** RFC 5769, section 2.2: the answer to it. */
    private static final String RFC_5769_ANSWER = "0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220" + "002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" + "80280004c07d4c96";

    record Case(String name, String hex, Optional<StunMessage> meaning) {

        Case(String name, byte[] bytes, Optional<StunMessage> meaning) {
            this(name, HexFormat.of().formatHex(bytes), meaning);
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case good(String name, TestStun bytes, int method, StunMessage.Kind kind, String username) {
        return new Case(
                name,
                bytes.bytes(),
                Optional.of(new StunMessage(method, kind, TestStun.id(7), username(username), false)));
    }

    private static Case bad(String name, byte[] bytes) {
        return new Case(name, bytes, Optional.empty());
    }

    private static Optional<StunUsername> username(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new StunUsername(text.substring(0, colon), text.substring(colon + 1)));
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    static Stream<Case> cases() {
        StunMessage.Kind request = StunMessage.Kind.REQUEST;
        byte[] check = TestStun.check(7, "server", "client");
        String longest = "s".repeat(256) + ":" + "c".repeat(256);
        return Stream.of(
                new Case(
                        "RFC 5769 request",
                        RFC_5769_REQUEST,
                        Optional.of(new StunMessage(
                                1,
                                request,
                                new StunId(0xb7e7a701bc34d686L, 0xfa87dfae),
                                Optional.of(new StunUsername("evtj", "h6vY")),
                                false))),
                new Case(
                        "RFC 5769 answer",
                        RFC_5769_ANSWER,
                        Optional.of(new StunMessage(
                                1,
                                StunMessage.Kind.SUCCESS,
                                new StunId(0xb7e7a701bc34d686L, 0xfa87dfae),
                                Optional.empty(),
                                false))),
                good("bare request", TestStun.of(TestStun.REQUEST, 7), 1, request, ""),
                good("indication", TestStun.of(TestStun.INDICATION, 7), 1, StunMessage.Kind.INDICATION, ""),
                good("error", TestStun.of(TestStun.ERROR, 7), 1, StunMessage.Kind.ERROR, ""),
                good("another method", TestStun.of(TestStun.GOOG_PING, 7), 0x80, request, ""),
                good("its answer", TestStun.of(TestStun.GOOG_PING | 0x100, 7), 0x80, StunMessage.Kind.SUCCESS, ""),
                good("the longest name", TestStun.of(1, 7).username(longest), 1, request, longest),
                good("too long a name", TestStun.of(1, 7).username(longest + "c"), 1, request, ""),
                good("a part too long", TestStun.of(1, 7).username("s".repeat(257) + ":client"), 1, request, ""),
                good("a part too short", TestStun.of(1, 7).username("ser:client"), 1, request, ""),
                good("no colon", TestStun.of(1, 7).username("serverclient"), 1, request, ""),
                good("an empty name", TestStun.of(1, 7).username(""), 1, request, ""),
                good("a name of TURN", TestStun.of(1, 7).username("Ünsal:client"), 1, request, ""),
                good("a blank in it", TestStun.of(1, 7).username("ser ver:client"), 1, request, ""),
                good(
                        "two names",
                        TestStun.of(1, 7).username("aaaa:bbbb").username("cccc:dddd"),
                        1,
                        request,
                        "aaaa:bbbb"),
                good("a name behind the seal", TestStun.of(1, 7).sealed().username("aaaa:bbbb"), 1, request, ""),
                good(
                        "a nomination behind the seal",
                        TestStun.of(1, 7).username("aaaa:bbbb").sealed().with(TestStun.USE_CANDIDATE, new byte[0]),
                        1,
                        request,
                        "aaaa:bbbb"),
                new Case(
                        "nomination",
                        TestStun.nomination(7, "aaaa", "bbbb"),
                        Optional.of(new StunMessage(1, request, TestStun.id(7), username("aaaa:bbbb"), true))),
                bad("nothing", new byte[0]),
                bad("half a header", Arrays.copyOf(check, 19)),
                bad("wrong cookie", changed(check, 4, 0x22)),
                bad("first bits set", changed(check, 0, 0x40)),
                bad("length of more", changed(check, 3, check[3] + 4)),
                bad("length of less", changed(check, 3, check[3] - 4)),
                bad("something behind it", Arrays.copyOf(check, check.length + 4)),
                bad("cut", Arrays.copyOf(check, check.length - 4)),
                bad("odd length", changed(Arrays.copyOf(check, check.length - 1), 3, check[3] - 1)),
                bad("attribute beyond the end", changed(check, 23, 0xF0)),
                bad("attribute far beyond the end", changed(check, 22, 0xFF)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatARelayNeeds(Case one) {
        ByteBuf packet = Unpooled.wrappedBuffer(new byte[3], one.bytes()).skipBytes(3);
        assertThat(StunMessage.peek(packet)).isEqualTo(one.meaning());
        assertThat(packet.readableBytes()).isEqualTo(one.bytes().length);
    }

    @ParameterizedTest
    @CsvSource({
        "0, STUN",
        "1, STUN",
        "3, STUN",
        "4, OTHER",
        "19, OTHER",
        "20, DTLS",
        "21, DTLS",
        "63, DTLS",
        "64, OTHER",
        "127, OTHER",
        "128, MEDIA",
        "191, MEDIA",
        "192, OTHER",
        "255, OTHER"
    })
    void tellsPacketsApartByTheirFirstByte(int first, PacketKind kind) {
        assertThat(PacketKind.peek(Unpooled.wrappedBuffer(new byte[] {(byte) first})))
                .isEqualTo(kind);
    }

    @Test
    void anEmptyDatagramIsNothing() {
        assertThat(PacketKind.peek(Unpooled.EMPTY_BUFFER)).isEqualTo(PacketKind.OTHER);
        assertThat(PacketKind.peekIsDtlsAlert(Unpooled.EMPTY_BUFFER)).isFalse();
    }

    @Test
    void keepsItsWordWhateverComes() {
        List<byte[]> valid =
                cases().map(Case::bytes).filter(bytes -> bytes.length > 0).toList();
        long deadline = System.nanoTime() + SECONDS * 100_000_000;
        long seed = FIRST_SEED;
        long refused = 0;
        while (System.nanoTime() < deadline) {
            Random random = new Random(++seed);
            byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length * 2));
            }
            refused += look(bytes) ? 0 : 1;
        }
        assertThat(refused).isPositive().isLessThan(seed - FIRST_SEED);
    }

    private static boolean look(byte[] bytes) {
        try {
            Optional<StunMessage> message = StunMessage.peek(Unpooled.wrappedBuffer(bytes));
            message.flatMap(StunMessage::username).ifPresent(name -> {
                String both = name.checked() + ":" + name.checking();
                assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains(both);
            });
            return message.isPresent();
        } catch (RuntimeException e) {
            throw new AssertionError("fails on " + HexFormat.of().formatHex(bytes), e);
        }
    }
}
