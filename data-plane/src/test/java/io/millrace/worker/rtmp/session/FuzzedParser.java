package io.millrace.worker.rtmp.session;

import io.millrace.model.Intent;
import io.millrace.worker.rtmp.codec.Amf0;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkForwarder;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.ChunkStream;
import io.millrace.worker.rtmp.codec.ChunkWriter;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.ControlMessages;
import io.millrace.worker.rtmp.codec.DigestPlayer;
import io.millrace.worker.rtmp.codec.Handshake;
import io.millrace.worker.rtmp.codec.MessageAssembler;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Everything that reads bytes from strangers: what a good peer sends to it, and how the product feeds it. */
enum FuzzedParser {
    CHUNK_FORWARDER {
        @Override
        List<byte[]> validExchanges() {
            return List.of(media(128, 0), media(4_096, 0xfffff0), media(60_000, -100), control());
        }

        @Override
        void feed(byte[] bytes, Random random) {
            Receiver receiver = new Receiver();
            ChunkForwarder forwarder =
                    new ChunkForwarder(new ChunkScanner(), new RandomTreatment(random), receiver::take, 1, 7);
            ByteBuf whole = Unpooled.directBuffer().writeBytes(bytes);
            try {
                while (whole.isReadable()) {
                    forwarder.forward(whole.readRetainedSlice(piece(whole, random)));
                    if (random.nextInt(8) == 0) {
                        forwarder.acknowledge(1);
                    }
                }
            } finally {
                receiver.releaseAll();
                int others = whole.refCnt() - 1;
                whole.release(whole.refCnt());
                mustHold(others == 0, "the input has " + others + " owners left");
            }
            receiver.mustUnderstand();
        }
    },
    MESSAGE_ASSEMBLER {
        @Override
        List<byte[]> validExchanges() {
            return List.of(clientCommands(Intent.PUBLISH), control(), media(128, 0));
        }

        @Override
        void feed(byte[] bytes, Random random) {
            MessageAssembler assembler = new MessageAssembler(new ChunkScanner());
            gathered(bytes, random, in -> {
                RtmpMessage message = assembler.next(in);
                while (message != null) {
                    mustHold(message.payload().readableBytes() <= MessageAssembler.MAX_MESSAGE, "a giant message");
                    message = assembler.next(in);
                }
                return true;
            });
        }
    },
    AMF0 {
        @Override
        List<byte[]> validExchanges() {
            return List.of(bytesOf(connect().payload()), bytesOf(everyAmfValue()));
        }

        @Override
        void feed(byte[] bytes, Random random) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            List<AmfValue> values = Amf0.readAll(in);
            // What was read can be written and is then read as the same.
            ByteBuf again = Unpooled.buffer();
            values.forEach(value -> Amf0.write(again, value));
            mustHold(
                    Amf0.readAll(again).toString().equals(values.toString()),
                    "it is not the same after writing and reading it again");
        }
    },
    COMMAND {
        @Override
        List<byte[]> validExchanges() {
            return AMF0.validExchanges();
        }

        @Override
        void feed(byte[] bytes, Random random) {
            int type = random.nextBoolean() ? MessageType.COMMAND_AMF0 : MessageType.COMMAND_AMF3;
            ByteBuf payload = Unpooled.wrappedBuffer(bytes);
            Command.peek(type, payload);
            mustHold(payload.readerIndex() == 0, "peek moved the reader index");
        }
    },
    CLIENT_OPENING {
        @Override
        List<byte[]> validExchanges() {
            return List.of(client(Intent.PUBLISH, false), client(Intent.PLAY, false), client(Intent.PLAY, true));
        }

        @Override
        void feed(byte[] bytes, Random random) {
            ClientNegotiation negotiation = new ClientNegotiation(random);
            ByteBuf out = Unpooled.buffer();
            gathered(bytes, random, in -> negotiation.receive(in, out).isEmpty());
            mustHold(
                    out.readableBytes() <= 64 * bytes.length + 64 * 1024,
                    "it answers " + out.readableBytes() + " bytes");
        }
    },
    ORIGIN_OPENING {
        @Override
        List<byte[]> validExchanges() {
            return List.of(origin(false), origin(true));
        }

        @Override
        void feed(byte[] bytes, Random random) {
            OriginNegotiation negotiation = new OriginNegotiation(REQUEST, 4_096, random);
            ByteBuf out = Unpooled.buffer();
            negotiation.begin(out);
            gathered(bytes, random, in -> negotiation.receive(in, out).isEmpty());
            mustHold(
                    out.readableBytes() <= 64 * bytes.length + 64 * 1024,
                    "it answers " + out.readableBytes() + " bytes");
        }
    };

    private static final StreamRequest REQUEST = request();

    /** What a good peer sends. */
    abstract List<byte[]> validExchanges();

    /**
     * Feeds it as the product does, in pieces.
     *
     * @throws RtmpFormatException where the bytes are malformed
     * @throws AssertionError where the parser broke its word
     */
    abstract void feed(byte[] bytes, Random random);

    private static void mustHold(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private static int piece(ByteBuf in, Random random) {
        return Math.min(in.readableBytes(), 1 + random.nextInt(random.nextInt(4) == 0 ? 3 : 2_000));
    }

    /** Takes bytes; false when it wants no more. */
    private interface Reader {
        boolean read(ByteBuf in);
    }

    /** As a connection does: what was not consumed is there again with the next piece. */
    private static void gathered(byte[] bytes, Random random, Reader reader) {
        ByteBuf all = Unpooled.wrappedBuffer(bytes);
        ByteBuf in = Unpooled.buffer();
        boolean more = true;
        while (more && all.isReadable()) {
            in.writeBytes(all, piece(all, random));
            more = reader.read(in);
        }
        mustHold(in.refCnt() == 1, "the gathered bytes have " + in.refCnt() + " owners");
    }

    /** Forwards, shows and takes as it comes. */
    private record RandomTreatment(Random random) implements ChunkForwarder.Watcher {

        @Override
        public ChunkForwarder.Treatment begins(ChunkStream message) {
            ChunkForwarder.Treatment[] all = ChunkForwarder.Treatment.values();
            ChunkForwarder.Treatment one = all[random.nextInt(all.length)];
            boolean changeable = message.messageLength() <= ChunkForwarder.MAX_INSPECTED;
            return one == ChunkForwarder.Treatment.CHANGE && !changeable ? ChunkForwarder.Treatment.TRACE : one;
        }

        @Override
        public void whole(ChunkStream message, ByteBuf borrowedPayload) {
            int shown = Math.min(message.messageLength(), ChunkForwarder.MAX_INSPECTED);
            mustHold(borrowedPayload.readableBytes() == shown, "a shown message is not whole");
        }
    }

    /** The other end of a forwarder: whatever was let through must be well-formed. */
    private static final class Receiver {
        private final List<ByteBuf> written = new ArrayList<>();
        private final ByteBuf all = Unpooled.buffer();

        void take(ByteBuf bytes) {
            all.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
            written.add(bytes);
        }

        void releaseAll() {
            written.forEach(ByteBuf::release);
        }

        /** Reads it back with a forwarder of its own, which follows chunk sizes as any receiver does. */
        void mustUnderstand() {
            ChunkForwarder reader = new ChunkForwarder(
                    new ChunkScanner(),
                    new ChunkForwarder.Watcher() {
                        @Override
                        public ChunkForwarder.Treatment begins(ChunkStream message) {
                            return ChunkForwarder.Treatment.FORWARD;
                        }

                        @Override
                        public void whole(ChunkStream message, ByteBuf borrowedPayload) {
                            throw new IllegalStateException("nothing was to be shown");
                        }
                    },
                    ByteBuf::release,
                    0,
                    0);
            try {
                reader.forward(all);
            } catch (RtmpFormatException e) {
                throw new AssertionError("what it let through is malformed", e);
            }
        }
    }

    // ---- what good peers send

    private static byte[] bytesOf(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static Command connect() {
        return Command.of(
                "connect",
                1,
                new AmfValue.Members(Map.of(
                        "app", new AmfValue.Text("live"),
                        "tcUrl", new AmfValue.Text("rtmp://127.0.0.1/live?vhost=x"),
                        "capsEx", new AmfValue.Num(15),
                        "fpad", new AmfValue.Bool(false),
                        "fourCcList", new AmfValue.Items(List.of(new AmfValue.Text("hvc1"), new AmfValue.Text("av01"))),
                        "videoFourCcInfoMap", new AmfValue.Members(Map.of("*", new AmfValue.Num(7))))));
    }

    private static ByteBuf everyAmfValue() {
        ByteBuf out = Unpooled.buffer();
        Amf0.write(out, new AmfValue.Text("name"));
        Amf0.write(out, new AmfValue.Num(3));
        Amf0.write(out, AmfValue.Nothing.NULL);
        Amf0.write(out, AmfValue.Nothing.UNDEFINED);
        Amf0.write(out, new AmfValue.Bool(true));
        Amf0.write(out, new AmfValue.Date(1.5e12));
        Amf0.write(out, new AmfValue.Items(List.of(new AmfValue.Num(1), new AmfValue.Items(List.of()))));
        Amf0.write(out, new AmfValue.Members(Map.of("a", new AmfValue.Members(Map.of("b", new AmfValue.Num(2))))));
        // An ECMA array, a typed object and a long string, which we never write ourselves.
        out.writeByte(8).writeInt(1).writeShort(1).writeByte('k').writeByte(5).writeMedium(9);
        out.writeByte(16).writeShort(1).writeByte('T').writeMedium(9);
        out.writeByte(12).writeInt(2).writeShort(0x4142);
        return out;
    }

    private static byte[] media(int chunkSize, int timestamp) {
        ByteBuf out = Unpooled.buffer();
        ControlMessages.writeSetChunkSize(out, chunkSize);
        ByteBuf payload = Unpooled.buffer().writeZero(900);
        int[] chunkStreams = {4, 6, 70, 400, 65_599};
        for (int i = 0; i < chunkStreams.length; i++) {
            int type = i % 2 == 0 ? MessageType.AUDIO : MessageType.VIDEO;
            ChunkWriter.writeMessage(out, chunkSize, chunkStreams[i], type, 1, timestamp + i * 33, payload);
        }
        // Headers that build on what came before: of format 1, 2 and 3.
        out.writeByte(0x44)
                .writeMedium(23)
                .writeMedium(20)
                .writeByte(MessageType.AUDIO)
                .writeZero(20);
        out.writeByte(0x84).writeMedium(23).writeZero(20);
        out.writeByte(0xc4).writeZero(20);
        out.writeByte(0x84).writeMedium(0xffffff).writeInt(0x1000000).writeZero(20);
        out.writeByte(0xc4).writeInt(0x1000000).writeZero(20);
        return bytesOf(out);
    }

    private static byte[] control() {
        ByteBuf out = Unpooled.buffer();
        ControlMessages.writeWindowAckSize(out, 2_500_000);
        ControlMessages.writePeerBandwidth(out, 2_500_000);
        ControlMessages.writeAcknowledgement(out, 128, 77);
        ControlMessages.writePingResponse(out, 5);
        ByteBuf beginning = Unpooled.buffer().writeZero(128);
        ChunkWriter.writeBeginning(out, 128, 6, MessageType.VIDEO, 1, 0, 300, beginning);
        ChunkWriter.writeFirstHeader(out, ControlMessages.CHUNK_STREAM, 0, 4, MessageType.ABORT, 0);
        out.writeInt(6);
        ChunkWriter.writeBeginning(out, 128, 6, MessageType.VIDEO, 1, 0, 300, beginning);
        ControlMessages.writeSetChunkSize(out, 64);
        for (int part = 0; part < 3; part++) {
            ChunkWriter.writeNextHeader(out, 6, 0);
            out.writeZero(part < 2 ? 64 : 44);
        }
        return bytesOf(out);
    }

    private static byte[] clientCommands(Intent intent) {
        ByteBuf out = Unpooled.buffer();
        connect().write(out, 128, 3, 0);
        ControlMessages.writeWindowAckSize(out, 2_500_000);
        Command.of("releaseStream", 2, AmfValue.Nothing.NULL, new AmfValue.Text("s"))
                .write(out, 128, 3, 0);
        Command.of("createStream", 4, AmfValue.Nothing.NULL).write(out, 128, 3, 0);
        ChunkWriter.writeFirstHeader(out, ControlMessages.CHUNK_STREAM, 0, 10, MessageType.USER_CONTROL, 0);
        out.writeShort(ControlMessages.EVENT_SET_BUFFER_LENGTH).writeInt(1).writeInt(3_000);
        Command.of(intent.word(), 5, AmfValue.Nothing.NULL, new AmfValue.Text("s?token=y"), new AmfValue.Text("live"))
                .write(out, 128, 8, 1);
        return bytesOf(out);
    }

    private static byte[] client(Intent intent, boolean digest) {
        ByteBuf out = Unpooled.buffer();
        Random random = new Random(5);
        if (digest) {
            DigestPlayer.writeOpening(out, DigestPlayer.Place.FIRST_HALF, random);
        } else {
            Handshake.writeClientHello(out, random);
        }
        out.writeZero(Handshake.PART_SIZE);
        out.writeBytes(clientCommands(intent));
        return bytesOf(out);
    }

    private static byte[] origin(boolean refuses) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(Handshake.VERSION).writeZero(2 * Handshake.PART_SIZE);
        ControlMessages.writeWindowAckSize(out, 5_000_000);
        ControlMessages.writePeerBandwidth(out, 5_000_000);
        ControlMessages.writeSetChunkSize(out, 4_096);
        ChunkWriter.writeFirstHeader(out, ControlMessages.CHUNK_STREAM, 0, 6, MessageType.USER_CONTROL, 0);
        out.writeShort(ControlMessages.EVENT_PING_REQUEST).writeInt(9);
        AmfValue.Members info = new AmfValue.Members(Map.of(
                "level", new AmfValue.Text(refuses ? "error" : "status"),
                "code", new AmfValue.Text("NetConnection.Connect." + (refuses ? "Rejected" : "Success"))));
        Command.of(refuses ? "_error" : "_result", 1, AmfValue.Nothing.NULL, info)
                .write(out, 4_096, 3, 0);
        Command.of("onBWDone", 0, AmfValue.Nothing.NULL).write(out, 4_096, 3, 0);
        Command.of("_result", 2, AmfValue.Nothing.NULL, AmfValue.Nothing.UNDEFINED)
                .write(out, 4_096, 3, 0);
        Command.of("_result", 1_000_001, AmfValue.Nothing.NULL, new AmfValue.Num(1))
                .write(out, 4_096, 3, 0);
        return bytesOf(out);
    }

    private static StreamRequest request() {
        ClientNegotiation negotiation = new ClientNegotiation(new Random(5));
        Optional<StreamRequest> request =
                negotiation.receive(Unpooled.wrappedBuffer(client(Intent.PUBLISH, false)), Unpooled.buffer());
        return request.orElseThrow();
    }
}
