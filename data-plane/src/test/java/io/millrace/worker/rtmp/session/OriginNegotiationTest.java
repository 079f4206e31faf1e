package io.millrace.worker.rtmp.session;

import static io.millrace.worker.rtmp.session.Talk.members;
import static io.millrace.worker.rtmp.session.Talk.number;
import static io.millrace.worker.rtmp.session.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Intent;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.MessageType;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.codec.RtmpMessage;
import io.millrace.worker.rtmp.session.OriginNegotiation.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OriginNegotiationTest {

    private static final double CREATE_STREAM = 1_000_001;
    private static final AmfValue NULL = AmfValue.Nothing.NULL;
    private static final AmfValue.Members CONNECT = members(
            "app",
            "live",
            "tcUrl",
            "rtmp://example.com/live?token=" + "x".repeat(300),
            "fourCcList",
            new AmfValue.Items(List.of(text("hvc1"))),
            "custom",
            members("a", "b"));

    private static RawMessage raw(int type, ByteBuf payload) {
        return new RawMessage(type, payload);
    }

    private static StreamRequest request(int bufferMillis) {
        return new StreamRequest(
                Intent.PUBLISH,
                "rtmp://example.com/live",
                "live",
                "a?k=v",
                1,
                raw(
                        MessageType.COMMAND_AMF3,
                        Unpooled.buffer().writeByte(0).writeBytes(Talk.payload("connect", 1, CONNECT))),
                List.of(raw(MessageType.COMMAND_AMF0, Talk.payload("FCPublish", 3, NULL, text("a?k=v")))),
                raw(MessageType.COMMAND_AMF0, Talk.payload("publish", 6, NULL, text("a?k=v"), text("live"))),
                bufferMillis);
    }

    private record Result(Optional<Outcome> outcome, ByteBuf out, ByteBuf rest, OriginNegotiation negotiation) {

        /** What we said after C2. */
        List<RtmpMessage> said() {
            return Talk.read(out, Talk.PART);
        }
    }

    private static Result feed(Talk origin) {
        return feed(origin.bytes(), origin.bytes().readableBytes(), 128);
    }

    private static Result feed(ByteBuf input, int pieces, int clientChunkSize) {
        OriginNegotiation negotiation = new OriginNegotiation(request(500), clientChunkSize, new Random(1));
        ByteBuf begin = Unpooled.buffer();
        negotiation.begin(begin);
        assertThat(begin.readableBytes()).isEqualTo(1 + Talk.PART);
        Talk.Fed<Outcome> fed = Talk.feed(input, pieces, negotiation::receive);
        return new Result(fed.result(), fed.out(), fed.rest(), negotiation);
    }

    private static Talk connected() {
        return new Talk()
                .handshake()
                .message(MessageType.WINDOW_ACK_SIZE, 0, Unpooled.buffer().writeInt(2_500_000))
                .message(
                        MessageType.SET_PEER_BANDWIDTH,
                        0,
                        Unpooled.buffer().writeInt(2_500_000).writeByte(2))
                .cutTo(60_000)
                .command(0, "_result", 1, members("fmsVer", "x"), members("code", "NetConnection.Connect.Success"))
                .command(0, "onBWDone", 0, NULL);
    }

    private static Talk created() {
        return connected().command(0, "_result", 3, NULL).command(0, "_result", CREATE_STREAM, NULL, number(7));
    }

    @Test
    void saysTheClientsOwnWordsByteForByte() {
        Talk negotiate = created();
        ByteBuf behind = Unpooled.copiedBuffer(new byte[] {1, 2, 3});
        negotiate.bytes().writeBytes(behind.slice());
        Result result = feed(negotiate);

        assertThat(result.outcome()).contains(new Outcome.Asked(7));
        assertThat(result.rest()).isEqualTo(behind);
        assertThat(result.negotiation().ackWindow()).isEqualTo(2_500_000);
        assertThat(result.out().slice(0, Talk.PART)).isEqualTo(negotiate.bytes().slice(1, Talk.PART));
        List<RtmpMessage> said = result.said();
        assertThat(said)
                .extracting(RtmpMessage::type)
                .containsExactly(
                        MessageType.COMMAND_AMF3,
                        MessageType.COMMAND_AMF0,
                        MessageType.COMMAND_AMF0,
                        MessageType.USER_CONTROL,
                        MessageType.COMMAND_AMF0);
        assertThat(said.get(0).payload()).isEqualTo(request(500).connect().payload());
        assertThat(said.get(1).payload())
                .isEqualTo(request(500).prelude().getFirst().payload());
        assertThat(said.get(2).payload()).isEqualTo(Talk.payload("createStream", CREATE_STREAM, NULL));
        assertThat(said.get(3).payload())
                .isEqualTo(Unpooled.buffer().writeShort(3).writeInt(7).writeInt(500));
        assertThat(said.get(4).payload()).isEqualTo(request(500).command().payload());
        assertThat(said.get(4).messageStream()).isEqualTo(7);
    }

    @Test
    void cutsItsChunksAsTheClientDoes() {
        ByteBuf input = created().bytes();
        Result result = feed(input, input.readableBytes(), 4096);
        assertThat(result.said().getFirst().payload())
                .isEqualTo(request(500).connect().payload());
        assertThat(result.out().getUnsignedByte(Talk.PART + 7)).isEqualTo((short) MessageType.SET_CHUNK_SIZE);
        assertThat(result.out().getInt(Talk.PART + 12)).isEqualTo(4096);
    }

    @Test
    void doesTheSameHoweverTheInputIsCut() {
        ByteBuf input = created()
                .message(MessageType.VIDEO, 7, Unpooled.buffer().writeZero(200))
                .bytes();
        Result whole = feed(input, input.readableBytes(), 128);
        for (int pieces = 1; pieces < 400; pieces++) {
            Result result = feed(input, pieces, 128);
            assertThat(result.outcome()).isEqualTo(whole.outcome());
            assertThat(result.out()).isEqualTo(whole.out());
            assertThat(result.rest()).isEqualTo(whole.rest());
        }
    }

    @Test
    void leavesOutABufferLengthThatTheClientNeverSaid() {
        OriginNegotiation negotiation = new OriginNegotiation(request(-1), 128, new Random(1));
        ByteBuf out = Unpooled.buffer();
        assertThat(negotiation.receive(created().bytes(), out)).isPresent();
        assertThat(Talk.read(out, Talk.PART)).noneMatch(message -> message.type() == MessageType.USER_CONTROL);
    }

    @Test
    void passesOnARefusedConnect() {
        AmfValue.Members why = members("level", "error", "code", "NetConnection.Connect.Rejected", "description", "no");
        assertThat(feed(new Talk().handshake().command(0, "_error", 1, NULL, why))
                        .outcome())
                .contains(new Outcome.Refused(why));
        assertThat(feed(new Talk().handshake().command(0, "onStatus", 0, NULL, why))
                        .outcome())
                .contains(new Outcome.Refused(why));
        assertThat(feed(new Talk().handshake().command(0, "_error", 1)).outcome())
                .contains(new Outcome.Refused(members()));
    }

    @Test
    void passesOnARefusedCreateStream() {
        AmfValue.Members why = members("code", "x");
        assertThat(feed(connected().command(0, "_error", CREATE_STREAM, NULL, why))
                        .outcome())
                .contains(new Outcome.Refused(why));
    }

    @Test
    void passesOnAStatusErrorBeforeTheStreamIsThere() {
        AmfValue.Members why = members("level", "error", "code", "NetConnection.Connect.Rejected");
        assertThat(feed(connected().command(0, "onStatus", 0, NULL, why)).outcome())
                .contains(new Outcome.Refused(why));
    }

    @Test
    void doesNotMindThatThePreludeIsRefused() {
        Talk negotiate = connected()
                .command(0, "_error", 3, NULL, members("code", "NetConnection.Call.Failed"))
                .command(0, "onFCPublish", 0, NULL, members("level", "status"))
                .command(0, "_result", CREATE_STREAM, NULL, number(1));
        assertThat(feed(negotiate).outcome()).contains(new Outcome.Asked(1));
    }

    @Test
    void answersPings() {
        Result result = feed(connected()
                .message(
                        MessageType.USER_CONTROL,
                        0,
                        Unpooled.buffer().writeShort(6).writeInt(99)));
        assertThat(result.outcome()).isEmpty();
        assertThat(result.said().getLast().payload())
                .isEqualTo(Unpooled.buffer().writeShort(7).writeInt(99));
    }

    @Test
    void refusesWhatIsNoRtmpOrMakesNoSense() {
        assertThatThrownBy(() -> feed(
                        Unpooled.copiedBuffer("HTTP/1.1 400".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        1,
                        128))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("0x48");
        assertThatThrownBy(() -> feed(connected().command(0, "_result", CREATE_STREAM, NULL)))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("without a number");
    }

    @Test
    void endsEveryDamagedInputWithAResultOrAFormatError() {
        Talk.feedDamaged(created().bytes(), (bad, pieces) -> feed(bad, pieces, 128));
    }

    @Test
    void tellsTheClientsAddressInSrsWordsIfItIsIpv4() throws UnknownHostException {
        ByteBuf out = Unpooled.buffer();
        OriginNegotiation.writeRealIpPrefix(out, InetAddress.getByAddress(new byte[] {10, 0, 0, 1}));
        assertThat(out).isEqualTo(Unpooled.copiedBuffer(new byte[] {(byte) 0xf3, 0, 4, 10, 0, 0, 1}));
        OriginNegotiation.writeRealIpPrefix(out, InetAddress.getByAddress(new byte[16]));
        assertThat(out.readableBytes()).isEqualTo(7);
    }
}
