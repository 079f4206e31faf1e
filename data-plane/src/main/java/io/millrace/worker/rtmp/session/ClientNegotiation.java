package io.millrace.worker.rtmp.session;

import io.millrace.model.Intent;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.ControlMessages;
import io.millrace.worker.rtmp.codec.Handshake;
import io.millrace.worker.rtmp.codec.MessageAssembler;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Our side of the negotiation with a client, from its first byte to publish or play. We answer connect and createStream ourselves, since
 * only publish and play name the stream, and remember what the origin must be told.
 */
public final class ClientNegotiation {

    /** Large, so that chunk headers cost neither side anything; what SRS announces too. */
    public static final int OUR_CHUNK_SIZE = 60_000;

    private static final int WINDOW = 2_500_000;
    private static final int COMMAND_CHUNK_STREAM = 3;
    private static final int MAX_COMMANDS = 64;
    private static final int MAX_PRELUDE = 8;

    /** Members of connect by which Enhanced RTMP negotiates; they are the client's to say and the origin's to honour. */
    private static final List<String> NEGOTIATED =
            List.of("fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx");

    /** How far the negotiation has come. */
    public enum Stage {
        HELLO,
        HANDSHAKE_ECHO,
        CONNECT,
        STREAM,
        ASKED
    }

    private final RandomGenerator random;
    private final ChunkScanner scanner = new ChunkScanner();
    private final MessageAssembler assembler = new MessageAssembler(scanner);
    private final List<RawMessage> prelude = new ArrayList<>(2);
    private Stage stage = Stage.HELLO;
    private RawMessage connect = RawMessage.NONE;
    private String tcUrl = "";
    private String app = "";
    private int lastStream;
    private int bufferMillis = -1;
    private int commands;
    private int ackWindow;

    public ClientNegotiation(RandomGenerator random) {
        this.random = random;
    }

    public Stage stage() {
        return stage;
    }

    /** The client's chunking; complete once the request is there. */
    public ChunkScanner scanner() {
        return scanner;
    }

    public MessageAssembler assembler() {
        return assembler;
    }

    /** After how many bytes the client wants an acknowledgement; 0 if it never said. */
    public int ackWindow() {
        return ackWindow;
    }

    /** The chunk size that holds towards the client now. */
    public int sendingChunkSize() {
        return stage.compareTo(Stage.CONNECT) > 0 ? OUR_CHUNK_SIZE : ChunkScanner.DEFAULT_CHUNK_SIZE;
    }

    /**
     * Takes in what the client sent and writes what to answer.
     *
     * @return the request, once the client has made it; bytes behind it stay in {@code in}
     */
    public Optional<StreamRequest> receive(ByteBuf in, ByteBuf out) {
        if (stage == Stage.HELLO && in.readableBytes() >= 1) {
            hello(in, out);
        }
        if (stage == Stage.HANDSHAKE_ECHO && in.readableBytes() >= Handshake.PART_SIZE) {
            in.skipBytes(Handshake.PART_SIZE);
            become(Stage.HANDSHAKE_ECHO, Stage.CONNECT);
        }
        if (stage == Stage.CONNECT || stage == Stage.STREAM) {
            for (RtmpMessage message = assembler.next(in); message != null; message = assembler.next(in)) {
                Optional<StreamRequest> request = message(message, out);
                if (request.isPresent()) {
                    become(Stage.STREAM, Stage.ASKED);
                    return request;
                }
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

    private void hello(ByteBuf in, ByteBuf out) {
        int version = in.getUnsignedByte(in.readerIndex());
        // Section 5.2.2: below 3 are proprietary products, above 31 is text such as HTTP; 6 is the encrypted variant.
        if (version != Handshake.VERSION) {
            throw new RtmpFormatException(
                    "it opens with byte 0x" + Integer.toHexString(version) + ", which is not RTMP");
        }
        if (in.readableBytes() < 1 + Handshake.PART_SIZE) {
            return;
        }
        in.skipBytes(1);
        Handshake.writeServerAnswer(out, in, random);
        in.skipBytes(Handshake.PART_SIZE);
        become(Stage.HELLO, Stage.HANDSHAKE_ECHO);
    }

    private Optional<StreamRequest> message(RtmpMessage message, ByteBuf out) {
        if (Command.isCommand(message.type())) {
            if (++commands > MAX_COMMANDS) {
                throw new RtmpFormatException("more than " + MAX_COMMANDS + " commands, but neither publish nor play");
            }
            return command(message, out);
        }
        ByteBuf payload = message.payload();
        switch (message.type()) {
            case MessageType.WINDOW_ACK_SIZE -> ackWindow = ControlMessages.readInt(message);
            case MessageType.USER_CONTROL -> {
                int event = payload.readableBytes() >= 6 ? payload.getUnsignedShort(0) : -1;
                if (event == ControlMessages.EVENT_PING_REQUEST) {
                    ControlMessages.writePingResponse(out, payload.getInt(2));
                } else if (event == ControlMessages.EVENT_SET_BUFFER_LENGTH && payload.readableBytes() >= 10) {
                    bufferMillis = payload.getInt(6);
                }
            }
            default -> {
                // Acknowledgements, bandwidth, metadata before publish: nothing that anybody needs.
            }
        }
        return Optional.empty();
    }

    private Optional<StreamRequest> command(RtmpMessage message, ByteBuf out) {
        Command command = Command.peek(message.type(), message.payload());
        if (stage == Stage.CONNECT && !command.name().equals("connect")) {
            throw new RtmpFormatException("command " + shown(command.name()) + " before connect");
        }
        switch (command.name()) {
            case "connect" -> connect(message, command, out);
            case "createStream" -> answer(out, command, new AmfValue.Num(++lastStream));
            case "releaseStream", "FCPublish", "FCSubscribe" -> {
                if (prelude.size() < MAX_PRELUDE) {
                    prelude.add(RawMessage.copyOf(message));
                }
                answer(out, command, AmfValue.Nothing.UNDEFINED);
            }
            case "getStreamLength" -> answer(out, command, new AmfValue.Num(0));
            case "publish" -> {
                return Optional.of(request(Intent.PUBLISH, message, command));
            }
            case "play" -> {
                return Optional.of(request(Intent.PLAY, message, command));
            }
            case "_result", "_error", "onStatus" -> {
                // Answers, to which there is no answer.
            }
            default -> answer(out, command, AmfValue.Nothing.UNDEFINED);
        }
        return Optional.empty();
    }

    private void connect(RtmpMessage message, Command command, ByteBuf out) {
        if (stage != Stage.CONNECT) {
            throw new RtmpFormatException("a second connect");
        }
        if (!(command.argument(0) instanceof AmfValue.Members object)) {
            throw new RtmpFormatException("a connect without a command object");
        }
        connect = RawMessage.copyOf(message);
        tcUrl = object.text("tcUrl");
        app = object.text("app");
        ControlMessages.writeWindowAckSize(out, WINDOW);
        ControlMessages.writePeerBandwidth(out, WINDOW);
        ControlMessages.writeSetChunkSize(out, OUR_CHUNK_SIZE);
        become(Stage.CONNECT, Stage.STREAM);
        Map<String, AmfValue> properties = new LinkedHashMap<>();
        properties.put("fmsVer", new AmfValue.Text("FMS/3,5,3,888"));
        properties.put("capabilities", new AmfValue.Num(127));
        properties.put("mode", new AmfValue.Num(1));
        Map<String, AmfValue> info = new LinkedHashMap<>();
        info.put("level", new AmfValue.Text("status"));
        info.put("code", new AmfValue.Text("NetConnection.Connect.Success"));
        info.put("description", new AmfValue.Text("Connection succeeded."));
        info.put(
                "objectEncoding",
                object.get("objectEncoding") instanceof AmfValue.Num encoding ? encoding : new AmfValue.Num(0));
        for (String name : NEGOTIATED) {
            AmfValue offered = object.get(name);
            if (offered != null) {
                properties.put(name, offered);
            }
        }
        Command.of("_result", command.transaction(), new AmfValue.Members(properties), new AmfValue.Members(info))
                .write(out, sendingChunkSize(), COMMAND_CHUNK_STREAM, 0);
    }

    /** A command with transaction 0 wants no answer (section 7.2.1.2). */
    private void answer(ByteBuf out, Command command, AmfValue result) {
        if (command.transaction() != 0 || command.name().equals("createStream")) {
            Command.of("_result", command.transaction(), AmfValue.Nothing.NULL, result)
                    .write(out, sendingChunkSize(), COMMAND_CHUNK_STREAM, 0);
        }
    }

    private StreamRequest request(Intent intent, RtmpMessage message, Command command) {
        return new StreamRequest(
                intent,
                tcUrl,
                app,
                command.text(1),
                message.messageStream() == 0 ? Math.max(1, lastStream) : message.messageStream(),
                connect,
                prelude,
                RawMessage.copyOf(message),
                bufferMillis);
    }

    private static String shown(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "..." : name;
    }
}
