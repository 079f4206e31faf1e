package io.millrace.worker.rtmp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.worker.rtmp.codec.ChunkForwarder.Treatment;
import io.millrace.worker.rtmp.codec.RandomMessages.Expected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkForwarderTest {

    private final ByteBuf output = Unpooled.buffer();
    private final List<ByteBuf> writes = new ArrayList<>();

    private void collect(ByteBuf bytes) {
        output.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        writes.add(bytes);
    }

    private static ChunkForwarder.Watcher treating(Function<ChunkStream, Treatment> treatment, List<Expected> seen) {
        return new ChunkForwarder.Watcher() {
            @Override
            public Treatment begins(ChunkStream message) {
                return treatment.apply(message);
            }

            @Override
            public void whole(ChunkStream message, ByteBuf payload) {
                seen.add(new Expected(
                        message.id(),
                        message.messageType(),
                        message.messageStreamId(),
                        message.timestamp(),
                        Unpooled.copiedBuffer(payload)));
            }
        };
    }

    private static void feed(ChunkForwarder forwarder, ByteBuf input, Random random) {
        while (input.isReadable()) {
            int n = Math.min(input.readableBytes(), 1 + random.nextInt(random.nextInt(4) == 0 ? 3 : 900));
            forwarder.forward(input.readRetainedSlice(n));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesEverythingOnWhateverTheHistory(boolean repeatsExtended) {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            RandomMessages messages = new RandomMessages(random, repeatsExtended);
            ByteBuf input = messages.write(40);
            // The relay begins in the middle: the receiver saw nothing of what came before.
            int start = messages.boundaries()
                    .get(random.nextInt(messages.boundaries().size() / 2));
            ChunkScanner scanner = new ChunkScanner();
            List<Expected> before = RandomMessages.read(input.readSlice(start), scanner);
            output.clear();
            ChunkForwarder forwarder = new ChunkForwarder(
                    scanner, treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 0, 0);
            ChunkScanner receiver = new ChunkScanner();
            receiver.chunkSize(scanner.chunkSize());
            feed(forwarder, input, random);
            List<Expected> received = RandomMessages.read(output, receiver);
            List<Expected> expected = messages.expected()
                    .subList(before.size(), messages.expected().size());
            assertThat(received).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void takesOutShowsRenumbersAndPutsIn() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            RandomMessages messages = new RandomMessages(random, true);
            ByteBuf input = messages.write(40);
            List<Expected> seen = new ArrayList<>();
            output.clear();
            ChunkForwarder forwarder = new ChunkForwarder(
                    new ChunkScanner(),
                    treating(
                            message -> message.messageType() == MessageType.AUDIO ? Treatment.TAKE : Treatment.SHOW,
                            seen),
                    this::collect,
                    1,
                    7);
            int inserted = 0;
            while (input.isReadable()) {
                int n = Math.min(input.readableBytes(), 1 + random.nextInt(300));
                forwarder.forward(input.readRetainedSlice(n));
                if (random.nextInt(5) == 0) {
                    ByteBuf ack = Unpooled.buffer();
                    ControlMessages.writeAcknowledgement(ack, inserted++);
                    forwarder.insert(ack);
                }
            }
            List<Expected> received = RandomMessages.read(output, new ChunkScanner());
            assertThat(received.stream().filter(message -> message.type() == MessageType.ACKNOWLEDGEMENT))
                    .as("seed %d", seed)
                    .hasSize(inserted);
            assertThat(received.stream().filter(message -> message.type() != MessageType.ACKNOWLEDGEMENT))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(messages.expected().stream()
                            .filter(message -> message.type() != MessageType.AUDIO)
                            .map(message -> message.messageStream() == 1
                                    ? new Expected(
                                            message.chunkStream(),
                                            message.type(),
                                            7,
                                            message.timestamp(),
                                            message.payload())
                                    : message)
                            .toList());
            assertThat(seen).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(messages.expected());
        }
    }

    @Test
    void passesOnTheVeryBytesOnceTheReceiverKnowsTheHistory() {
        ByteBuf input = Unpooled.directBuffer();
        ByteBuf payload = Unpooled.buffer().writeZero(5_000);
        for (int i = 0; i < 4; i++) {
            ChunkWriter.writeMessage(input, 60_000, 6, MessageType.VIDEO, 1, i * 33, payload);
        }
        ChunkScanner scanner = new ChunkScanner();
        scanner.chunkSize(60_000);
        ChunkForwarder forwarder = new ChunkForwarder(
                scanner, treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        long address = input.memoryAddress();
        int length = input.readableBytes();
        forwarder.forward(input.retain());
        assertThat(writes).hasSize(1);
        assertThat(writes.getFirst().memoryAddress()).isEqualTo(address);
        assertThat(writes.getFirst().readableBytes()).isEqualTo(length);
        writes.forEach(ByteBuf::release);
        input.release();
        assertThat(input.refCnt()).isZero();
    }

    @Test
    void sendsTheBeginningOfMessagesThatTheOpeningCutOff() {
        ByteBuf input = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer();
        for (int i = 0; i < 1_000; i++) {
            payload.writeByte(i);
        }
        ChunkWriter.writeMessage(input, 128, 6, MessageType.VIDEO, 1, 40, payload);
        ChunkScanner scanner = new ChunkScanner();
        MessageAssembler assembler = new MessageAssembler(scanner);
        int firstChunks = 12 + 128 + 1 + 128;
        assertThat(assembler.next(input.readSlice(firstChunks))).isNull();
        ChunkForwarder forwarder = new ChunkForwarder(
                scanner, treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        forwarder.resume(assembler);
        forwarder.forward(input.readRetainedSlice(input.readableBytes()));
        List<Expected> received = RandomMessages.read(output, new ChunkScanner());
        assertThat(received).hasSize(1);
        assertThat(received.getFirst().payload().readableBytes()).isEqualTo(1_000);
        assertThat(received.getFirst().payload().getByte(999)).isEqualTo((byte) 999);
    }

    @Test
    void refusesAChunkSizeThatChangedWithinAMessageTheOpeningCutOff() {
        ByteBuf input = Unpooled.buffer();
        ChunkWriter.writeBeginning(
                input,
                128,
                6,
                MessageType.VIDEO,
                1,
                40,
                1_000,
                Unpooled.buffer().writeZero(128));
        ControlMessages.writeSetChunkSize(input, 4_096);
        ChunkScanner scanner = new ChunkScanner();
        MessageAssembler assembler = new MessageAssembler(scanner);
        assertThat(assembler.next(input)).isNull();
        ChunkForwarder forwarder = new ChunkForwarder(
                scanner, treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        assertThatThrownBy(() -> forwarder.resume(assembler))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("chunk size changed");
        assertThat(writes).isEmpty();
    }

    @Test
    void refusesAChunkSizeInAMessageTooLongToBeSeen() {
        ByteBuf input = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer().writeInt(60_000).writeZero(20_000);
        ChunkWriter.writeMessage(input, 128, 2, MessageType.SET_CHUNK_SIZE, 0, 0, payload);
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(), treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        assertThatThrownBy(() -> forwarder.forward(input))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("20004 bytes");
        assertThat(input.refCnt()).isZero();
    }

    @Test
    void givesBackEveryBufferWhenTheInputIsGarbage() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] garbage = new byte[1 + random.nextInt(200)];
            random.nextBytes(garbage);
            garbage[0] &= 0x3f;
            ByteBuf input = Unpooled.wrappedBuffer(garbage);
            List<ByteBuf> written = new ArrayList<>();
            ChunkForwarder forwarder = new ChunkForwarder(
                    new ChunkScanner(), treating(message -> Treatment.SHOW, new ArrayList<>()), written::add, 1, 1);
            try {
                forwarder.forward(input);
            } catch (RtmpFormatException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
            written.forEach(ByteBuf::release);
            assertThat(input.refCnt()).as("seed %d", seed).isZero();
        }
    }
}
