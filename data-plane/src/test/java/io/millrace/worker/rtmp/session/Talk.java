package io.millrace.worker.rtmp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.ChunkWriter;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.MessageAssembler;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ObjIntConsumer;

/** What a peer says, written down; and what was said to it, read back. */
final class Talk {

    static final int PART = 1536;

    private final ByteBuf bytes = Unpooled.buffer();
    private int chunkSize = ChunkScanner.DEFAULT_CHUNK_SIZE;

    /** Byte, C1, C2; or byte, S1, S2. */
    Talk handshake() {
        bytes.writeByte(3);
        for (int i = 0; i < 2 * PART; i++) {
            bytes.writeByte(i < 8 ? 0 : i * 7);
        }
        return this;
    }

    Talk cutTo(int size) {
        message(MessageType.SET_CHUNK_SIZE, 0, Unpooled.buffer().writeInt(size));
        chunkSize = size;
        return this;
    }

    Talk message(int type, int messageStream, ByteBuf payload) {
        ChunkWriter.writeMessage(bytes, chunkSize, 3, type, messageStream, 0, payload);
        return this;
    }

    Talk command(int messageStream, String name, double transaction, AmfValue... arguments) {
        return message(MessageType.COMMAND_AMF0, messageStream, payload(name, transaction, arguments));
    }

    /** As type 17: a zero byte and AMF0 behind it. */
    Talk amf3Command(int messageStream, String name, double transaction, AmfValue... arguments) {
        ByteBuf payload = Unpooled.buffer().writeByte(0).writeBytes(payload(name, transaction, arguments));
        return message(MessageType.COMMAND_AMF3, messageStream, payload);
    }

    ByteBuf bytes() {
        return bytes;
    }

    static ByteBuf payload(String name, double transaction, AmfValue... arguments) {
        return Command.of(name, transaction, arguments).payload();
    }

    static AmfValue text(String value) {
        return new AmfValue.Text(value);
    }

    static AmfValue number(double value) {
        return new AmfValue.Num(value);
    }

    /** Names and values in turn. */
    static AmfValue.Members members(Object... namesAndValues) {
        Map<String, AmfValue> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            members.put((String) namesAndValues[i], value instanceof AmfValue amf ? amf : text((String) value));
        }
        return new AmfValue.Members(members);
    }

    /** One of the two state machines: takes in what came, writes what to say, and at some point has a result. */
    interface Receiver<T> {
        Optional<T> receive(ByteBuf in, ByteBuf out);
    }

    /** What came of feeding a receiver: its result, what it said, and what it left. */
    record Fed<T>(Optional<T> result, ByteBuf out, ByteBuf rest) {}

    /** Feeds a receiver as a connection would, so many bytes at a time, until it has a result. */
    static <T> Fed<T> feed(ByteBuf input, int pieces, Receiver<T> receiver) {
        ByteBuf in = input.slice();
        ByteBuf gathered = Unpooled.buffer();
        ByteBuf out = Unpooled.buffer();
        Optional<T> result = Optional.empty();
        while (in.isReadable() && result.isEmpty()) {
            gathered.writeBytes(in, Math.min(pieces, in.readableBytes()));
            result = receiver.receive(gathered, out);
        }
        gathered.writeBytes(in);
        return new Fed<>(result, out, gathered);
    }

    /** Feeds good input with a few wrong bytes behind the handshake, many times; only a format error may come of it. */
    static void feedDamaged(ByteBuf good, ObjIntConsumer<ByteBuf> feed) {
        int afterHandshake = 1 + 2 * PART;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            ByteBuf bad = good.copy();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bad.setByte(
                        afterHandshake + random.nextInt(good.readableBytes() - afterHandshake), random.nextInt(256));
            }
            try {
                feed.accept(bad, 1 + random.nextInt(bad.readableBytes()));
            } catch (RtmpFormatException expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
    }

    /** Messages after a handshake of so many bytes. */
    static List<RtmpMessage> read(ByteBuf out, int handshakeBytes) {
        ByteBuf in = out.slice().skipBytes(handshakeBytes);
        MessageAssembler assembler = new MessageAssembler(new ChunkScanner());
        List<RtmpMessage> messages = new ArrayList<>();
        for (RtmpMessage message = assembler.next(in); message != null; message = assembler.next(in)) {
            messages.add(message);
        }
        if (in.isReadable()) {
            throw new AssertionError("half a message: " + ByteBufUtil.hexDump(in));
        }
        return messages;
    }

    static List<Command> commands(List<RtmpMessage> messages) {
        return messages.stream()
                .filter(message -> Command.isCommand(message.type()))
                .map(message -> Command.peek(message.type(), message.payload()))
                .toList();
    }
}
