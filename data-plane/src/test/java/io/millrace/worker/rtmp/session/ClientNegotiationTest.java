package io.millrace.worker.rtmp.session;

import static io.millrace.worker.rtmp.session.Talk.members;
import static io.millrace.worker.rtmp.session.Talk.number;
import static io.millrace.worker.rtmp.session.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Intent;
import io.millrace.worker.rtmp.codec.Amf0;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkWriter;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClientNegotiationTest {

    private static final int ANSWERED_HANDSHAKE = 1 + 2 * Talk.PART;
    private static final AmfValue NULL = AmfValue.Nothing.NULL;
    private static final AmfValue.Members CONNECT = members(
            "app",
            "live?token=1",
            "tcUrl",
            "rtmp://example.com/live?token=1",
            "flashVer",
            "FMLE/3.0",
            "capsEx",
            number(3),
            "fourCcList",
            new AmfValue.Items(List.of(text("hvc1"), text("av01"))),
            "videoFourCcInfoMap",
            members("*", number(7)),
            "custom",
            members("a", "b"));

    private static Talk connected() {
        return new Talk().handshake().cutTo(4096).command(0, "connect", 1, CONNECT);
    }

    private static Talk publishing() {
        return connected()
                .command(0, "releaseStream", 2, NULL, text("a?k=v"))
                .command(0, "FCPublish", 3, NULL, text("a?k=v"))
                .command(0, "createStream", 4, NULL)
                .command(0, "_checkbw", 5, NULL)
                .command(1, "publish", 6, NULL, text("a?k=v"), text("live"));
    }

    /** What came of an input: all that a peer and an origin could notice. */
    private record Result(Optional<StreamRequest> request, ByteBuf out, ByteBuf rest, ClientNegotiation negotiation) {

        StreamRequest asked() {
            return request.orElseThrow();
        }

        List<RtmpMessage> said() {
            return Talk.read(out, ANSWERED_HANDSHAKE);
        }

        List<Command> commands() {
            return Talk.commands(said());
        }
    }

    private static Result feed(Talk negotiate) {
        return feed(negotiate.bytes(), negotiate.bytes().readableBytes());
    }

    private static Result feed(ByteBuf input, int pieces) {
        ClientNegotiation negotiation = new ClientNegotiation(new Random(1));
        Talk.Fed<StreamRequest> fed = Talk.feed(input, pieces, negotiation::receive);
        return new Result(fed.result(), fed.out(), fed.rest(), negotiation);
    }

    @Test
    void answersAnEncoderAndRemembersWhatTheOriginMustHear() {
        Result result = feed(publishing());

        StreamRequest asked = result.asked();
        assertThat(asked.intent()).isEqualTo(Intent.PUBLISH);
        assertThat(asked.tcUrl()).isEqualTo("rtmp://example.com/live?token=1");
        assertThat(asked.app()).isEqualTo("live?token=1");
        assertThat(asked.streamName()).isEqualTo("a?k=v");
        assertThat(asked.messageStream()).isEqualTo(1);
        assertThat(asked.bufferMillis()).isEqualTo(-1);
        assertThat(asked.connect().payload()).isEqualTo(Talk.payload("connect", 1, CONNECT));
        assertThat(asked.prelude())
                .extracting(RawMessage::payload)
                .containsExactly(
                        Talk.payload("releaseStream", 2, NULL, text("a?k=v")),
                        Talk.payload("FCPublish", 3, NULL, text("a?k=v")));
        assertThat(asked.command().payload()).isEqualTo(Talk.payload("publish", 6, NULL, text("a?k=v"), text("live")));

        assertThat(result.out().getByte(0)).isEqualTo((byte) 3);
        assertThat(result.said())
                .extracting(RtmpMessage::type)
                .startsWith(MessageType.WINDOW_ACK_SIZE, MessageType.SET_PEER_BANDWIDTH, MessageType.COMMAND_AMF0);
        assertThat(result.commands()).allMatch(command -> command.name().equals("_result"));
        assertThat(result.commands()).extracting(Command::transaction).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        Command welcome = result.commands().getFirst();
        assertThat(welcome.info().text("code")).isEqualTo("NetConnection.Connect.Success");
        AmfValue.Members properties = (AmfValue.Members) welcome.argument(0);
        assertThat(properties.get("fourCcList")).isEqualTo(CONNECT.get("fourCcList"));
        assertThat(properties.get("videoFourCcInfoMap")).isEqualTo(CONNECT.get("videoFourCcInfoMap"));
        assertThat(properties.get("capsEx")).isEqualTo(number(3));
        assertThat(properties.get("custom")).isNull();
        assertThat(result.commands().get(3).argument(1)).isEqualTo(number(1));
    }

    @Test
    void doesTheSameHoweverTheInputIsCut() {
        ByteBuf input = publishing()
                .message(MessageType.AUDIO, 1, Unpooled.buffer().writeZero(300))
                .bytes();
        Result whole = feed(input, input.readableBytes());
        for (int pieces = 1; pieces < 200; pieces++) {
            assertSame(feed(input, pieces), whole, pieces);
        }
        for (int at = 1; at < input.readableBytes(); at++) {
            ClientNegotiation negotiation = new ClientNegotiation(new Random(1));
            ByteBuf gathered = Unpooled.buffer().writeBytes(input, 0, at);
            ByteBuf out = Unpooled.buffer();
            Optional<StreamRequest> request = negotiation.receive(gathered, out);
            gathered.writeBytes(input, at, input.readableBytes() - at);
            if (request.isEmpty()) {
                request = negotiation.receive(gathered, out);
            }
            assertSame(new Result(request, out, gathered, negotiation), whole, at);
        }
    }

    private static void assertSame(Result result, Result whole, int cut) {
        assertThat(result.request()).as("cut %d", cut).isEqualTo(whole.request());
        assertThat(result.out()).as("cut %d", cut).isEqualTo(whole.out());
        assertThat(result.rest()).as("cut %d", cut).isEqualTo(whole.rest());
        assertThat(result.negotiation().stage()).isEqualTo(ClientNegotiation.Stage.ASKED);
    }

    @Test
    void takesTheCommandsInAnyOrderAndWithoutTransactions() {
        Result result = feed(connected()
                .command(0, "createStream", 0, NULL)
                .command(0, "FCPublish", 0, NULL, text("a"))
                .command(0, "somethingNew", 9, NULL, number(1))
                .command(0, "getStreamLength", 10, NULL, text("a"))
                .command(0, "FCSubscribe", 0, NULL, text("a"))
                .command(0, "_checkbw", 0, NULL)
                .command(0, "createStream", 11, NULL)
                .command(2, "play", 0, NULL, text("a"), number(-2000), number(-1), new AmfValue.Bool(true)));

        assertThat(result.asked().intent()).isEqualTo(Intent.PLAY);
        assertThat(result.asked().messageStream()).isEqualTo(2);
        assertThat(result.asked().prelude()).hasSize(2);
        assertThat(result.commands()).extracting(Command::transaction).containsExactly(1.0, 0.0, 9.0, 10.0, 11.0);
        assertThat(result.commands().get(4).argument(1)).isEqualTo(number(2));
    }

    @Test
    void takesAPublishWithoutAnyOtherCommandAndOnStreamZero() {
        Result result = feed(connected().command(0, "publish", 0, NULL, text("a")));
        assertThat(result.asked().messageStream()).isEqualTo(1);
        assertThat(result.asked().prelude()).isEmpty();
    }

    @Test
    void takesCommandsThatAreCalledAmf3() {
        Result result = feed(new Talk()
                .handshake()
                .amf3Command(0, "connect", 1, members("app", "live", "objectEncoding", number(3)))
                .amf3Command(0, "createStream", 2, NULL)
                .amf3Command(1, "play", 3, NULL, text("a")));
        assertThat(result.asked().streamName()).isEqualTo("a");
        assertThat(result.asked().connect().type()).isEqualTo(MessageType.COMMAND_AMF3);
        assertThat(result.asked().connect().payload().getByte(0)).isEqualTo((byte) 0);
        assertThat(result.commands().getFirst().info().get("objectEncoding")).isEqualTo(number(3));
    }

    @Test
    void answersPingsAndRemembersBufferLengthAndWindow() {
        Result result = feed(connected()
                .message(MessageType.WINDOW_ACK_SIZE, 0, Unpooled.buffer().writeInt(77_777))
                .message(MessageType.ACKNOWLEDGEMENT, 0, Unpooled.buffer().writeInt(1))
                .message(
                        MessageType.USER_CONTROL,
                        0,
                        Unpooled.buffer().writeShort(6).writeInt(4711))
                .message(
                        MessageType.USER_CONTROL,
                        0,
                        Unpooled.buffer().writeShort(3).writeInt(1).writeInt(3000))
                .message(MessageType.USER_CONTROL, 0, Unpooled.buffer().writeShort(3))
                .message(MessageType.USER_CONTROL, 0, Unpooled.EMPTY_BUFFER)
                .message(18, 0, Unpooled.buffer().writeZero(10))
                .command(1, "play", 0, NULL, text("a")));
        assertThat(result.asked().bufferMillis()).isEqualTo(3000);
        assertThat(result.negotiation().ackWindow()).isEqualTo(77_777);
        assertThat(result.said())
                .filteredOn(message -> message.type() == MessageType.USER_CONTROL)
                .singleElement()
                .satisfies(pong -> assertThat(pong.payload())
                        .isEqualTo(Unpooled.buffer().writeShort(7).writeInt(4711)));
    }

    @Test
    void doesNotAnswerAnswers() {
        Result result = feed(connected()
                .command(0, "_result", 7, NULL)
                .command(0, "_error", 8, NULL)
                .command(0, "onStatus", 9, NULL)
                .command(1, "play", 0, NULL, text("a")));
        assertThat(result.commands()).hasSize(1);
    }

    @Test
    void leavesWhatFollowsThePublishUntouched() {
        Talk negotiate = publishing();
        ByteBuf behind = Unpooled.copiedBuffer("media", StandardCharsets.US_ASCII);
        negotiate.bytes().writeBytes(behind.slice());
        assertThat(feed(negotiate).rest()).isEqualTo(behind);
    }

    @Test
    void remembersABoundedNumberOfCommands() {
        Talk negotiate = connected();
        for (int i = 0; i < 30; i++) {
            negotiate.command(0, "FCPublish", 0, NULL, text("a"));
        }
        assertThat(feed(negotiate.command(1, "publish", 0, NULL, text("a")))
                        .asked()
                        .prelude())
                .hasSize(8);
    }

    @Test
    void refusesWhatIsNotInOrder() {
        assertRefused(connected().command(0, "connect", 2, CONNECT), "second connect");
        assertRefused(new Talk().handshake().command(0, "createStream", 1, NULL), "before connect");
        assertRefused(new Talk().handshake().command(1, "publish", 1, NULL, text("a")), "before connect");
        assertRefused(new Talk().handshake().command(0, "connect", 1, NULL), "without a command object");
        assertRefused(
                new Talk().handshake().command(0, "x".repeat(5_000), 1, NULL),
                "command " + "x".repeat(40) + "... before connect");
        Talk endless = connected();
        for (int i = 0; i < 100; i++) {
            endless.command(0, "createStream", i, NULL);
        }
        assertRefused(endless, "more than 64 commands");
    }

    @Test
    void refusesWhatIsNoRtmpAtItsFirstByte() {
        for (String other : List.of("GET / HTTP/1.1\r\n", "\u0016\u0003\u0001", "\u0006")) {
            assertThatThrownBy(() -> feed(Unpooled.copiedBuffer(other, StandardCharsets.ISO_8859_1), 1))
                    .isInstanceOf(RtmpFormatException.class)
                    .hasMessageContaining("not RTMP");
        }
    }

    @Test
    void refusesGiantsAndGarbage() {
        Talk giant = connected();
        ChunkWriter.writeFirstHeader(giant.bytes(), 3, 0, 0xffffff, MessageType.COMMAND_AMF0, 0);
        assertRefused(giant, "16777215 bytes");
        assertRefused(
                connected()
                        .message(MessageType.COMMAND_AMF0, 0, Unpooled.buffer().writeZero(20)),
                "no string");
        assertRefused(connected().message(MessageType.COMMAND_AMF0, 0, Unpooled.EMPTY_BUFFER), "");
        assertRefused(
                connected()
                        .message(MessageType.COMMAND_AMF3, 0, Unpooled.buffer().writeByte(0)),
                "");
        assertRefused(
                connected()
                        .message(
                                MessageType.WINDOW_ACK_SIZE,
                                0,
                                Unpooled.buffer().writeByte(0)),
                "5 with 1");
        ByteBuf deep = Unpooled.buffer();
        Amf0.write(deep, text("connect"));
        for (int i = 0; i < 1000; i++) {
            deep.writeByte(3).writeShort(1).writeByte('a');
        }
        assertRefused(new Talk().handshake().message(MessageType.COMMAND_AMF0, 0, deep), "nested");
    }

    private static void assertRefused(Talk negotiate, String reason) {
        assertThatThrownBy(() -> feed(negotiate))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void endsEveryDamagedInputWithAResultOrAFormatError() {
        Talk.feedDamaged(publishing().bytes(), ClientNegotiationTest::feed);
    }
}
