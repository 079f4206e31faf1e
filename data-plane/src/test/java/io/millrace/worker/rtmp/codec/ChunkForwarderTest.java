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
            assertThat(received).as("seed %d", seed).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void takesOutShowsRenumbersAndAcknowledges() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            RandomMessages messages = new RandomMessages(random, true);
            ByteBuf input = messages.write(40);
            List<Expected> seen = new ArrayList<>();
            output.clear();
            ChunkForwarder forwarder = new ChunkForwarder(
                    new ChunkScanner(),
                    treating(
                            message ->
                                    message.messageType() == MessageType.AUDIO ? Treatment.CONSUME : Treatment.INSPECT,
                            seen),
                    this::collect,
                    1,
                    7);
            int acknowledged = 0;
            while (input.isReadable()) {
                int n = Math.min(input.readableBytes(), 1 + random.nextInt(300));
                forwarder.forward(input.readRetainedSlice(n));
                if (random.nextInt(5) == 0) {
                    forwarder.acknowledge(++acknowledged);
                }
            }
            forwarder.acknowledge(++acknowledged);
            List<Expected> received = RandomMessages.read(output, new ChunkScanner());
            List<Integer> told = received.stream()
                    .filter(message -> message.type() == MessageType.ACKNOWLEDGEMENT)
                    .map(message -> message.payload().getInt(0))
                    .toList();
            assertThat(told).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
            assertThat(told.getLast()).as("seed %d", seed).isEqualTo(acknowledged);
            assertThat(received.stream().filter(message -> message.type() != MessageType.ACKNOWLEDGEMENT))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(messages.expected().stream()
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
            assertThat(seen).as("seed %d", seed).containsExactlyElementsOf(messages.expected());
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
    void changesMessagesInTheirPlaceHoweverLongAnotherIsUnderWay() {
        int events = 5_000;
        ByteBuf input = Unpooled.buffer();
        ByteBuf beginning = Unpooled.buffer().writeZero(128);
        ChunkWriter.writeBeginning(
                input, 128, ControlMessages.CHUNK_STREAM, MessageType.VIDEO, 1, 0, 1_000_000, beginning);
        for (int i = 0; i < events; i++) {
            ChunkWriter.writeFirstHeader(input, 3, i, 6, MessageType.USER_CONTROL, 0);
            input.writeShort(ControlMessages.EVENT_SET_BUFFER_LENGTH).writeInt(i);
        }
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(),
                new ChunkForwarder.Watcher() {
                    @Override
                    public Treatment begins(ChunkStream message) {
                        return message.messageType() == MessageType.USER_CONTROL ? Treatment.CHANGE : Treatment.FORWARD;
                    }

                    @Override
                    public void whole(ChunkStream message, ByteBuf payload) {
                        payload.setInt(2, payload.getInt(2) + 7);
                    }
                },
                this::collect,
                1,
                5);
        int acknowledged = 0;
        while (input.isReadable()) {
            forwarder.forward(input.readRetainedSlice(Math.min(input.readableBytes(), 97)));
            forwarder.acknowledge(++acknowledged);
        }
        ChunkScanner receiver = new ChunkScanner();
        List<Expected> received = RandomMessages.read(limited(output), receiver);
        assertThat(received).hasSize(events);
        for (int i = 0; i < events; i++) {
            assertThat(received.get(i).timestamp()).isEqualTo(i);
            assertThat(received.get(i).payload().getInt(2)).isEqualTo(i + 7);
        }
        // The long message ends, and of all the acknowledgements that could not go out in its midst the newest does.
        ByteBuf rest = Unpooled.buffer();
        output.clear();
        for (int left = 1_000_000 - 128; left > 0; left -= Math.min(128, left)) {
            ChunkWriter.writeNextHeader(rest, ControlMessages.CHUNK_STREAM, 0);
            rest.writeZero(Math.min(128, left));
        }
        forwarder.forward(rest);
        assertThat(output.getInt(output.writerIndex() - 4)).isEqualTo(acknowledged);
        assertThat(output.readableBytes()).isEqualTo(999_872 + 7_812 + 16);
    }

    /** Without the beginning of the long message, which is longer than the assembler takes. */
    private static ByteBuf limited(ByteBuf output) {
        return output.skipBytes(12 + 128);
    }

    @Test
    void acknowledgesInChunksOfTheSendersSize() {
        ByteBuf input = Unpooled.buffer();
        ControlMessages.writeSetChunkSize(input, 1);
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(), treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        forwarder.forward(input);
        forwarder.acknowledge(0x03030303);
        ByteBuf audio = Unpooled.buffer();
        ChunkWriter.writeMessage(audio, 1, 4, MessageType.AUDIO, 1, 0, Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
        forwarder.forward(audio);
        assertThat(RandomMessages.read(output, new ChunkScanner()).stream().map(Expected::type))
                .containsExactly(MessageType.ACKNOWLEDGEMENT, MessageType.AUDIO);
    }

    @Test
    void repeatsTheExtendedTimestampThatTheSenderLeavesOut() {
        ByteBuf input = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer().writeZero(300);
        ChunkWriter.writeFirstHeader(input, 6, 0x1000000, 300, MessageType.VIDEO, 1);
        input.writeZero(128).writeByte(0xc6).writeZero(128).writeByte(0xc6).writeZero(44);
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(), treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        forwarder.forward(input);
        ByteBuf expected = Unpooled.buffer();
        ChunkWriter.writeMessage(expected, 128, 6, MessageType.VIDEO, 1, 0x1000000, payload);
        assertThat(output).isEqualTo(expected);
    }

    @Test
    void showsTheBeginningOfALongMessage() {
        ByteBuf input = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer().writeInt(0x01020304).writeZero(100_000);
        ChunkWriter.writeMessage(input, 128, 3, MessageType.COMMAND_AMF0, 1, 0, payload);
        List<Expected> seen = new ArrayList<>();
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(), treating(message -> Treatment.INSPECT, seen), this::collect, 1, 1);
        int length = input.readableBytes();
        forwarder.forward(input);
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().payload()).isEqualTo(payload.slice(0, ChunkForwarder.MAX_INSPECTED));
        assertThat(output.readableBytes()).isEqualTo(length);
    }

    @Test
    void treatsMessagesThatTheOpeningCutOffLikeAllOthers() {
        ByteBuf input = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer().writeZero(200).setByte(0, 42).setByte(199, 43);
        int[] chunkStreams = {3, 4, 5};
        for (int id : chunkStreams) {
            ChunkWriter.writeBeginning(input, 128, id, MessageType.COMMAND_AMF0, 1, 40, 200, payload.slice(0, 128));
        }
        ChunkScanner scanner = new ChunkScanner();
        MessageAssembler assembler = new MessageAssembler(scanner);
        assertThat(assembler.next(input)).isNull();
        List<Expected> seen = new ArrayList<>();
        ChunkForwarder forwarder = new ChunkForwarder(
                scanner,
                treating(
                        message -> switch (message.id()) {
                            case 3 -> Treatment.INSPECT;
                            case 4 -> Treatment.CONSUME;
                            default -> Treatment.CHANGE;
                        },
                        seen),
                this::collect,
                1,
                1);
        forwarder.resume(assembler);
        ByteBuf rest = Unpooled.buffer();
        for (int id : chunkStreams) {
            ChunkWriter.writeNextHeader(rest, id, 40);
            rest.writeBytes(payload, 128, 72);
        }
        forwarder.forward(rest);
        assertThat(seen).extracting(Expected::chunkStream).containsExactly(3, 4, 5);
        assertThat(seen).allSatisfy(message -> assertThat(message.payload()).isEqualTo(payload));
        assertThat(RandomMessages.read(output, new ChunkScanner()))
                .as("shown and changed, but not taken")
                .extracting(Expected::chunkStream)
                .containsExactly(3, 5);
    }

    @Test
    void refusesAChunkSizeInSeveralChunks() {
        ByteBuf input = Unpooled.buffer();
        ControlMessages.writeSetChunkSize(input, 2);
        ChunkWriter.writeFirstHeader(input, 2, 0, 4, MessageType.SET_CHUNK_SIZE, 0);
        input.writeShort(0);
        ChunkForwarder forwarder = new ChunkForwarder(
                new ChunkScanner(), treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        assertThatThrownBy(() -> forwarder.forward(input))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("several chunks");
    }

    @Test
    void refusesAChunkSizeThatTheOpeningCutOff() {
        ByteBuf input = Unpooled.buffer();
        ControlMessages.writeSetChunkSize(input, 2);
        ChunkWriter.writeFirstHeader(input, 2, 0, 4, MessageType.SET_CHUNK_SIZE, 0);
        input.writeShort(0);
        ChunkScanner scanner = new ChunkScanner();
        MessageAssembler assembler = new MessageAssembler(scanner);
        assertThat(assembler.next(input)).isNull();
        ChunkForwarder forwarder = new ChunkForwarder(
                scanner, treating(message -> Treatment.FORWARD, new ArrayList<>()), this::collect, 1, 1);
        assertThatThrownBy(() -> forwarder.resume(assembler)).isInstanceOf(RtmpFormatException.class);
        assertThat(writes).isEmpty();
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
                    new ChunkScanner(), treating(message -> Treatment.INSPECT, new ArrayList<>()), written::add, 1, 1);
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
