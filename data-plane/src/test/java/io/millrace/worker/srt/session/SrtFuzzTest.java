package io.millrace.worker.srt.session;

import io.millrace.model.SrtStreamId;
import io.millrace.model.StreamNaming;
import io.millrace.worker.FuzzRun;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.HandshakeCase;
import io.millrace.worker.srt.codec.SrtFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Good packets and stream ids with something wrong in them, for as long as {@code millrace.fuzz.seconds} says. Whatever comes is
 * read or refused with a {@link SrtFormatException}, takes little memory, and what was read is written as it was.
 */
class SrtFuzzTest {

    private static final long MOST_MEMORY = 1L << 20;
    private static final int DATAGRAM = 2_048;
    private static final int[] EDGES = {0, 1, 2, 4, 5, 127, 128, 129, 255, 256, 0x4a17, 0x7fff, 0x8000, 0xffff, 1_000};
    private static final List<String> STREAM_IDS = List.of(
            "#!::h=media.example.com,r=live/cam,m=publish,vhost=x",
            "#!::h=media.example.com/app/a/b,m=request",
            "live/cam?token=1&vhost=x",
            "#!::r=live/cam,u=admin,user=r=x");

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StreamNaming naming = new StreamNaming(List.of("media.example.com"));

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void packetsAreReadOrRefused() {
        FuzzRun.forOneOf(2, (random, seed) -> {
            HandshakeCase[] cases = HandshakeCase.values();
            byte[] bytes = ByteBufUtil.decodeHexDump(cases[random.nextInt(cases.length)].hex());
            return feed(mutated(bytes, random));
        });
    }

    /** Bytes that once broke something, or look as if they could. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "80",
                "8000000000000000000000000000000000000005000000070000000000000000000000ffffffff00000001000000010000000000000"
                        + "000000000000000000000000005ffff",
                "80000000000000000000000000000000000000050000000700000000000000000000000000000000ffffffff0000000100000000"
                        + "00000000000000000000000000000005ffff",
            })
    void packetsThatLookBadAreReadOrRefused(String hex) {
        feed(HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : hex + "0"));
    }

    /** Loading classes takes memory, too. */
    @BeforeEach
    void readGoodPacketsOnce() {
        for (HandshakeCase each : HandshakeCase.values()) {
            read(ByteBufUtil.decodeHexDump(each.hex()));
        }
    }

    private boolean feed(byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean accepted = read(bytes);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MOST_MEMORY) {
            throw new AssertionError(
                    "took " + allocated + " bytes of memory: " + HexFormat.of().formatHex(bytes));
        }
        return accepted;
    }

    private boolean read(byte[] bytes) {
        ByteBuf packet = Unpooled.wrappedBuffer(bytes);
        try {
            Handshake read = Handshake.peek(packet);
            writesWhatItRead(read, packet);
            Call.of(read, naming);
            replay(read, packet);
            return true;
        } catch (SrtFormatException malformed) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
    }

    private static void writesWhatItRead(Handshake read, ByteBuf packet) {
        ByteBuf out = Unpooled.buffer();
        read.write(out, 0, 0);
        Handshake again = Handshake.peek(out);
        if (!again.equals(read) || out.readableBytes() > packet.readableBytes()) {
            throw new IllegalStateException("read " + read + ", then " + again);
        }
    }

    /** The packet once as what a caller said and once as what an origin answers. */
    private static void replay(Handshake read, ByteBuf packet) {
        OriginHandshake handshake =
                new OriginHandshake(read, KeptPacket.borrow(packet, 0), InetAddress.getLoopbackAddress());
        handshake.toSend(UnpooledByteBufAllocator.DEFAULT, 1).release();
        handshake.receive(packet);
        handshake.toSend(UnpooledByteBufAllocator.DEFAULT, 2).release();
        Answers.toInduction(UnpooledByteBufAllocator.DEFAULT, read, 1, read.peer())
                .release();
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = good;
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> {
                    int edge = EDGES[random.nextInt(EDGES.length)];
                    bytes[at] = (byte) (edge >>> 8);
                    bytes[Math.min(at + 1, bytes.length - 1)] = (byte) edge;
                }
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    int grown = Math.min(DATAGRAM, bytes.length + random.nextInt(1_500));
                    byte[] longer = Arrays.copyOf(bytes, grown);
                    for (int i = bytes.length; i < grown; i++) {
                        longer[i] = bytes[at];
                    }
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void streamIdsAreReadOrRefused() {
        FuzzRun.forOneOf(2, (random, seed) -> {
            StringBuilder text = new StringBuilder(STREAM_IDS.get(random.nextInt(STREAM_IDS.size())));
            for (int changes = 1 + random.nextInt(4); changes > 0 && !text.isEmpty(); changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, "#!:,=/?&\0\u00e4x".charAt(random.nextInt(11)));
                    case 1 -> text.insert(at, "#!:,=/?&\0\u00e4x".charAt(random.nextInt(11)));
                    default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(6)));
                }
            }
            return isRead(text.toString());
        });
    }

    private boolean isRead(String text) {
        try {
            SrtStreamId id = SrtStreamId.parse(text);
            naming.ofSrt(id.host(), id.path(), id.query());
            return true;
        } catch (IllegalArgumentException | SrtFormatException malformed) {
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(text, e);
        }
    }
}
