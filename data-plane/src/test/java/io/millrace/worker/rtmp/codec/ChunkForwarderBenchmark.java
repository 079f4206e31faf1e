package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What following chunk headers costs: one second of a 2.6 Mbit/s stream, in pieces as they are read from a socket, goes through
 * a {@link ChunkForwarder}; beside it the same pieces are passed on unseen, as a blind relay would. Both only count what comes
 * out, so the difference is the headers'.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChunkForwarderBenchmark {

    private static final int FRAMES = 30;
    private static final int KEY_FRAME_BYTES = 60_000;
    private static final int FRAME_BYTES = 9_000;
    private static final int AUDIO_BYTES = 370;
    private static final int MESSAGE_STREAM = 1;

    /** What the sender's messages are cut into: the protocol's default, nginx-rtmp's and ours. */
    @Param({"128", "4096", "60000"})
    public int chunkSize;

    /** How much one read brings: a frame at a time from a live source, or all that waits after a pause. */
    @Param({"4096", "65536"})
    public int readSize;

    private final List<ByteBuf> reads = new ArrayList<>();
    private ByteBuf second = Unpooled.EMPTY_BUFFER;
    private ChunkForwarder forwarder = forwarder();
    private long passedOn;

    private ChunkForwarder forwarder() {
        ChunkForwarder.Watcher watcher = new ChunkForwarder.Watcher() {
            @Override
            public ChunkForwarder.Treatment begins(ChunkStream message) {
                return ChunkForwarder.Treatment.FORWARD;
            }

            @Override
            public void whole(ChunkStream message, ByteBuf borrowedPayload) {
                throw new IllegalStateException("nothing was to be shown");
            }
        };
        return new ChunkForwarder(new ChunkScanner(), watcher, this::passOn, MESSAGE_STREAM, MESSAGE_STREAM);
    }

    /** Makes what is read, and tells the forwarder the sender's chunk size. */
    @Setup(Level.Trial)
    public void prepare() {
        second = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
        ByteBuf payload = Unpooled.buffer().writeZero(KEY_FRAME_BYTES);
        for (int i = 0; i < FRAMES; i++) {
            int length = i == 0 ? KEY_FRAME_BYTES : FRAME_BYTES;
            write(6, MessageType.VIDEO, i * 33, payload.slice(0, length));
            write(4, MessageType.AUDIO, i * 33, payload.slice(0, AUDIO_BYTES));
            write(4, MessageType.AUDIO, i * 33 + 20, payload.slice(0, AUDIO_BYTES));
        }
        for (int from = 0; from < second.readableBytes(); from += readSize) {
            reads.add(second.slice(from, Math.min(readSize, second.readableBytes() - from)));
        }
        ByteBuf hello = Unpooled.buffer();
        ControlMessages.writeSetChunkSize(hello, chunkSize);
        forwarder.forward(hello);
    }

    private void write(int chunkStream, int type, int timestamp, ByteBuf payload) {
        ChunkWriter.writeMessage(second, chunkSize, chunkStream, type, MESSAGE_STREAM, timestamp, payload);
    }

    @TearDown(Level.Trial)
    public void letGo() {
        second.release();
    }

    private void passOn(ByteBuf bytes) {
        passedOn += bytes.readableBytes();
        bytes.release();
    }

    /** With the headers followed. */
    @Benchmark
    public long follow() {
        for (ByteBuf read : reads) {
            forwarder.forward(read.retainedDuplicate());
        }
        return passedOn;
    }

    /** Without: one slice of each read, as the forwarder makes where it has nothing to repair. */
    @Benchmark
    public long blind() {
        for (ByteBuf read : reads) {
            ByteBuf in = read.retainedDuplicate();
            passOn(in.retainedSlice(in.readerIndex(), in.readableBytes()));
            in.release();
        }
        return passedOn;
    }

    /** Runs both and prints the ratio. */
    public static void main(String[] arguments) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(ChunkForwarderBenchmark.class.getName())
                .forks(1)
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds(300))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(300))
                .jvmArgs(
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .verbosity(VerboseMode.SILENT)
                .build();
        print(new Runner(options).run());
    }

    private static void print(Collection<RunResult> results) {
        Map<String, Map<String, Double>> byPath = new HashMap<>();
        List<String> settings = new ArrayList<>();
        for (RunResult result : results) {
            String setting = String.format(
                    Locale.ROOT,
                    "%10s %10s",
                    result.getParams().getParam("chunkSize"),
                    result.getParams().getParam("readSize"));
            if (!settings.contains(setting)) {
                settings.add(setting);
            }
            byPath.computeIfAbsent(result.getPrimaryResult().getLabel(), label -> new HashMap<>())
                    .put(setting, result.getPrimaryResult().getScore());
        }
        System.out.println("Following chunk headers, beside passing the same slices on unseen;"
                + " microseconds for one second of a 2.6 Mbit/s stream");
        System.out.printf(
                Locale.ROOT, "%10s %10s %10s %10s %8s%n", "chunk size", "read size", "blind", "followed", "ratio");
        for (String setting : settings) {
            double blind = score(byPath, "blind", setting);
            double followed = score(byPath, "follow", setting);
            System.out.printf(Locale.ROOT, "%s %10.2f %10.2f %8.2f%n", setting, blind, followed, followed / blind);
        }
    }

    private static double score(Map<String, Map<String, Double>> byPath, String path, String setting) {
        return byPath.getOrDefault(path, Map.of()).getOrDefault(setting, Double.NaN);
    }
}
