package io.millrace.worker.rtmp.session;

import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.ChunkWriter;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.ControlMessages;
import io.millrace.worker.rtmp.codec.Handshake;
import io.millrace.worker.rtmp.codec.MessageAssembler;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Our side of the negotiation with an origin, in the client's name: handshake, the client's own connect, createStream, and its publish
 * or play. From there on what the origin sends goes to the client.
 */
public final class OriginNegotiation {

    private static final int COMMAND_CHUNK_STREAM = 3;
    private static final int STREAM_CHUNK_STREAM = 8;
    private static final int REAL_IP_PREFIX = 0xf3;

    /** A transaction number that no client command in flight has; what precedes it is the client's own. */
    private static final double CREATE_STREAM = 1_000_001;

    /** How far the negotiation has come. */
    public enum Stage {
        HANDSHAKE,
        CONNECT,
        CREATE_STREAM,
        ASKED
    }

    /** What came of it. */
    public sealed interface Outcome {

        /** The origin was sent publish or play; whatever it sends now is for the client. */
        record Asked(int messageStream) implements Outcome {}

        /** The origin refuses this client; the message is its own. */
        record Refused(AmfValue.Members info) implements Outcome {}
    }

    private final StreamRequest request;
    private final int clientChunkSize;
    private final RandomGenerator random;
    private final ChunkScanner scanner = new ChunkScanner();
    private final MessageAssembler assembler = new MessageAssembler(scanner);
    private Stage stage = Stage.HANDSHAKE;
    private int ackWindow;

    /** @param clientChunkSize what the client's chunks are cut to: the origin must expect the same from us */
    public OriginNegotiation(StreamRequest request, int clientChunkSize, RandomGenerator random) {
        this.request = request;
        this.clientChunkSize = clientChunkSize;
        this.random = random;
    }

    public Stage stage() {
        return stage;
    }

    public ChunkScanner scanner() {
        return scanner;
    }

    public MessageAssembler assembler() {
        return assembler;
    }

    /** After how many bytes the origin wants an acknowledgement; 0 if it never said. */
    public int ackWindow() {
        return ackWindow;
    }

    /** What goes first: the handshake. */
    public void begin(ByteBuf out) {
        Handshake.writeClientHello(out, random);
    }

    /** SRS's way to learn the client's address from a proxy: before the handshake, IPv4 only. */
    public static void writeRealIpPrefix(ByteBuf out, InetAddress client) {
        if (client instanceof Inet4Address v4) {
            out.writeByte(REAL_IP_PREFIX);
            out.writeShort(4);
            out.writeBytes(v4.getAddress());
        }
    }

    /**
     * Takes in what the origin sent and writes what to say next.
     *
     * @return how it ended, once it has; bytes behind that stay in {@code in}
     */
    public Optional<Outcome> receive(ByteBuf in, ByteBuf out) {
        if (stage == Stage.HANDSHAKE) {
            if (!handshake(in, out)) {
                return Optional.empty();
            }
        }
        for (RtmpMessage message = assembler.next(in); message != null; message = assembler.next(in)) {
            Optional<Outcome> outcome = message(message, out);
            if (outcome.isPresent()) {
                return outcome;
            }
        }
        return Optional.empty();
    }

    private void become(Stage expected, Stage next) {
        if (stage != expected) {
            throw new IllegalStateException(stage + " cannot become " + next);
        }
        stage = next;
    }

    /**
     * Whether the origin has answered the handshake and nothing was said to it since: all of it is there, and none of it was read. Until
     * then, and after it until {@link #receive} is called, it was told of no client and no stream.
     */
    public boolean isAnswered(ByteBuf in) {
        checkVersion(in);
        return stage == Stage.HANDSHAKE && in.readableBytes() >= 1 + 2 * Handshake.PART_SIZE;
    }

    private boolean handshake(ByteBuf in, ByteBuf out) {
        checkVersion(in);
        if (in.readableBytes() < 1 + 2 * Handshake.PART_SIZE) {
            return false;
        }
        in.skipBytes(1);
        out.writeBytes(in, Handshake.PART_SIZE);
        in.skipBytes(Handshake.PART_SIZE);
        if (clientChunkSize != ChunkScanner.DEFAULT_CHUNK_SIZE) {
            ControlMessages.writeSetChunkSize(out, clientChunkSize);
        }
        send(out, request.connect(), COMMAND_CHUNK_STREAM, 0);
        become(Stage.HANDSHAKE, Stage.CONNECT);
        return true;
    }

    private static void checkVersion(ByteBuf in) {
        if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) != Handshake.VERSION) {
            throw new RtmpFormatException("it answers with byte 0x"
                    + Integer.toHexString(in.getUnsignedByte(in.readerIndex())) + ", which is not RTMP");
        }
    }

    private Optional<Outcome> message(RtmpMessage message, ByteBuf out) {
        ByteBuf payload = message.payload();
        if (message.type() == MessageType.WINDOW_ACK_SIZE) {
            ackWindow = ControlMessages.readInt(message);
        } else if (message.type() == MessageType.USER_CONTROL
                && payload.readableBytes() >= 6
                && payload.getUnsignedShort(0) == ControlMessages.EVENT_PING_REQUEST) {
            ControlMessages.writePingResponse(out, payload.getInt(2));
        } else if (Command.isCommand(message.type())) {
            return command(Command.peek(message.type(), payload), out);
        }
        return Optional.empty();
    }

    private Optional<Outcome> command(Command command, ByteBuf out) {
        boolean error =
                command.name().equals("_error") || command.info().text("level").equals("error");
        // A status belongs to the connection as long as there is no stream; an error may be about the prelude only.
        boolean fatal = stage == Stage.CONNECT
                || command.transaction() == CREATE_STREAM
                || command.name().equals("onStatus");
        if (error && fatal) {
            return Optional.of(new Outcome.Refused(command.info()));
        }
        if (!command.name().equals("_result")) {
            return Optional.empty();
        }
        if (stage == Stage.CONNECT) {
            connected(out);
        } else if (stage == Stage.CREATE_STREAM && command.transaction() == CREATE_STREAM) {
            if (!(command.argument(1) instanceof AmfValue.Num created)) {
                throw new RtmpFormatException("a createStream result without a number");
            }
            int messageStream = (int) created.value();
            if (request.bufferMillis() >= 0) {
                writeBufferLength(out, messageStream);
            }
            send(out, request.command(), STREAM_CHUNK_STREAM, messageStream);
            become(Stage.CREATE_STREAM, Stage.ASKED);
            return Optional.of(new Outcome.Asked(messageStream));
        }
        return Optional.empty();
    }

    private void connected(ByteBuf out) {
        request.prelude().forEach(message -> send(out, message, COMMAND_CHUNK_STREAM, 0));
        Command.of("createStream", CREATE_STREAM, AmfValue.Nothing.NULL)
                .write(out, clientChunkSize, COMMAND_CHUNK_STREAM, 0);
        become(Stage.CONNECT, Stage.CREATE_STREAM);
    }

    private void writeBufferLength(ByteBuf out, int messageStream) {
        ChunkWriter.writeFirstHeader(out, ControlMessages.CHUNK_STREAM, 0, 10, MessageType.USER_CONTROL, 0);
        out.writeShort(ControlMessages.EVENT_SET_BUFFER_LENGTH);
        out.writeInt(messageStream);
        out.writeInt(request.bufferMillis());
    }

    private void send(ByteBuf out, RawMessage message, int chunkStream, int messageStream) {
        ChunkWriter.writeMessage(
                out, clientChunkSize, chunkStream, message.type(), messageStream, 0, message.payload());
    }
}
