package io.millrace.worker.rtmp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.FuzzRun;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Good exchanges with something wrong in them, for as long as {@code millrace.fuzz.seconds} says (10 for all parsers together).
 * Whatever comes, a parser ends, answers with a {@link RtmpFormatException} or not at all, gives every buffer back and takes
 * memory in proportion to what it was sent. Bytes that once broke one stand in {@code fuzz-cases.csv}.
 */
class RtmpFuzzTest {

    /** Less than a chunk stream's bounds times their number; more is growth that the input does not explain. */
    private static final long MOST_MEMORY = 16L << 20;

    /** Values at which lengths, sizes and timestamps change their meaning. */
    private static final long[] EDGES = {
        0,
        1,
        2,
        3,
        127,
        128,
        129,
        255,
        256,
        0x3fff,
        0x4000,
        0x4001,
        0x7fff,
        0xffff,
        0x10000,
        0xfffffe,
        0xffffff,
        0x1000000,
        0x7fffffff,
        0x80000000L,
        0xffffffffL
    };

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes(FuzzedParser parser) {
        List<byte[]> valid = parser.validExchanges();
        valid.forEach(exchange -> parser.feed(exchange, new Random(1)));
        FuzzRun.forOneOf(FuzzedParser.values().length, (random, seed) -> feed(parser, mutated(valid, random), seed));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/fuzz-cases.csv", numLinesToSkip = 1, maxCharsPerColumn = 100_000)
    void keepsItsWordWhereItOnceDidNot(FuzzedParser parser, long seed, String hex, String why) {
        assertThat(why).isNotBlank();
        feed(parser, HexFormat.of().parseHex(hex), seed);
    }

    /** @return whether it took the bytes for well-formed */
    private boolean feed(FuzzedParser parser, byte[] bytes, long seed) {
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean accepted = true;
        try {
            parser.feed(bytes, new Random(seed));
        } catch (RtmpFormatException malformed) {
            accepted = false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(asCase(parser, bytes, seed), e);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MOST_MEMORY) {
            throw new AssertionError("took " + allocated + " bytes of memory: " + asCase(parser, bytes, seed));
        }
        return accepted;
    }

    private static String asCase(FuzzedParser parser, byte[] bytes, long seed) {
        return "a line for fuzz-cases.csv: " + parser + "," + seed + ","
                + HexFormat.of().formatHex(bytes) + ",what is wrong";
    }

    private static byte[] mutated(List<byte[]> valid, Random random) {
        byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 12 : 3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            bytes = changed(bytes, valid, random);
        }
        return bytes;
    }

    private static byte[] changed(byte[] bytes, List<byte[]> valid, Random random) {
        int at = place(bytes, random);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 8));
        return switch (random.nextInt(8)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 2, 3 -> {
                int width = 1 + random.nextInt(4);
                long edge = EDGES[random.nextInt(EDGES.length)];
                for (int i = 0; i < width && at + i < bytes.length; i++) {
                    bytes[at + i] = (byte) (edge >>> (8 * (width - 1 - i)));
                }
                yield bytes;
            }
            case 4 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
            case 5 -> joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
            case 6 -> {
                byte[] other = valid.get(random.nextInt(valid.size()));
                yield joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, place(other, random), other.length));
            }
            default -> Arrays.copyOf(bytes, at);
        };
    }

    /** Anywhere, but rather where the negotiation is than in the noise of the handshake. */
    private static int place(byte[] bytes, Random random) {
        int handshake = 1 + 2 * 1_536;
        return bytes.length > handshake && random.nextInt(8) != 0
                ? handshake + random.nextInt(bytes.length - handshake)
                : random.nextInt(bytes.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }
}
