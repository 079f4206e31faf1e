package io.millrace.worker.rtmp.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamNaming;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.rtmp.RtmpSettings;
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
import io.millrace.worker.rtmp.session.ClientNegotiation;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginNegotiation;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StreamRelayTest {

    private static final int CLIENT_STREAM = 1;
    private static final int ORIGIN_STREAM = 5;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RtmpSettings SETTINGS = new RtmpSettings(
            ListenerAddress.parse("0", "127.0.0.1"),
            LIMIT,
            LIMIT,
            LIMIT,
            LIMIT,
            LIMIT,
            false,
            false,
            LIMIT,
            LIMIT,
            LIMIT);

    private final EmbeddedChannel client = new EmbeddedChannel();
    private final SlowChannel origin = new SlowChannel();
    private final List<CloseReason> ends = new ArrayList<>();
    private final List<String> lags = new ArrayList<>();

    /** Takes nothing while it is told not to. */
    private static final class SlowChannel extends EmbeddedChannel {

        private boolean stopped;

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (!stopped) {
                super.doWrite(waiting);
            }
        }
    }

    @AfterEach
    void close() {
        origin.flushOutbound();
        client.finishAndReleaseAll();
        origin.finishAndReleaseAll();
    }

    private StreamRelay relay(String tcUrl, String streamName) {
        return relay(tcUrl, streamName, Unpooled.EMPTY_BUFFER, new ClientNegotiation(new Random(1)));
    }

    /** @param before what the client sends between connect and its publish */
    private StreamRelay relay(String tcUrl, String streamName, ByteBuf before, ClientNegotiation clientNegotiation) {
        StreamRequest request = clientNegotiation
                .receive(negotiation(tcUrl, streamName, before), Unpooled.buffer())
                .orElseThrow();
        KeyedRequest asked = KeyedRequest.of(request, new StreamNaming(List.of("media.example.com")));
        StreamRelay.Listener listener = new StreamRelay.Listener() {
            @Override
            public void accepted() {}

            @Override
            public void over(CloseReason reason, String detail) {
                ends.add(reason);
            }

            @Override
            public void originLags(String detail) {
                lags.add(detail);
            }
        };
        return new StreamRelay(
                session(asked),
                SETTINGS,
                listener,
                client,
                clientNegotiation,
                asked,
                origin,
                new OriginNegotiation(request, ChunkScanner.DEFAULT_CHUNK_SIZE, new Random(1)),
                ORIGIN_STREAM);
    }

    /** What a client says until it has named a stream. */
    private static ByteBuf negotiation(String tcUrl, String streamName, ByteBuf before) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(Handshake.VERSION).writeZero(2 * Handshake.PART_SIZE);
        AmfValue.Members connect =
                new AmfValue.Members(Map.of("app", new AmfValue.Text("live"), "tcUrl", new AmfValue.Text(tcUrl)));
        Command.of("connect", 1, connect).write(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 3, 0);
        bytes.writeBytes(before);
        writeNaming(bytes, "publish", streamName);
        return bytes;
    }

    private static void writeNaming(ByteBuf out, String command, String streamName) {
        Command.of(command, 6, AmfValue.Nothing.NULL, new AmfValue.Text(streamName))
                .write(out, ChunkScanner.DEFAULT_CHUNK_SIZE, 8, CLIENT_STREAM);
    }

    private static Session session(KeyedRequest asked) {
        OpenResult negotiation = Fixtures.sessionTable(new TestClock(), 10)
                .open(
                        new Permit(Protocol.RTMP, Intent.PUBLISH, asked.key(), "10.0.0.1:5000", null),
                        (reason, detail) -> {});
        if (negotiation instanceof OpenResult.Opened opened) {
            return opened.session();
        }
        throw new AssertionError("refused: " + negotiation);
    }

    private void says(StreamRelay relay, String command, String streamName) {
        ByteBuf bytes = Unpooled.buffer();
        writeNaming(bytes, command, streamName);
        sends(relay, bytes);
    }

    /** As the session does: what is malformed ends it, and nothing of that read is flushed any more. */
    private void sends(StreamRelay relay, ByteBuf bytes) {
        try {
            relay.fromClient(bytes);
            relay.clientReadComplete();
        } catch (RtmpFormatException malformed) {
            ends.add(CloseReason.PEER_PROTOCOL_ERROR);
        }
    }

    /** Everything that was written towards the origin, flushed or not. */
    private ByteBuf written() {
        origin.flushOutbound();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = origin.readOutbound(); part != null; part = origin.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static ByteBuf naming(String command, String streamName) {
        return Command.of(command, 6, AmfValue.Nothing.NULL, new AmfValue.Text(streamName))
                .payload();
    }

    private static ByteBuf message(int type, ByteBuf payload) {
        ByteBuf bytes = Unpooled.buffer();
        ChunkWriter.writeMessage(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 8, type, CLIENT_STREAM, 0, payload);
        return bytes;
    }

    private static ByteBuf aggregate(int... typesOfParts) {
        ByteBuf all = Unpooled.buffer();
        for (int type : typesOfParts) {
            ByteBuf part = switch (type) {
                case MessageType.AUDIO, MessageType.VIDEO -> Unpooled.buffer().writeZero(700);
                case MessageType.DATA_AMF0 -> naming("onMetaData", "cam2");
                case MessageType.DATA_AMF3 -> Unpooled.buffer().writeByte(0).writeBytes(naming("publish", "cam2"));
                default -> naming("publish", "cam2");
            };
            int size = part.readableBytes();
            all.writeByte(type).writeMedium(size).writeInt(0).writeMedium(1).writeBytes(part);
            all.writeInt(11 + size);
        }
        return message(MessageType.AGGREGATE, all);
    }

    static Stream<Arguments> waysToAskForASecondStream() {
        ByteBuf second = naming("publish", "cam2");
        ByteBuf unreadableBehind = second.copy().writeByte(0x7f);
        ByteBuf withoutName = Command.of("publish", 6, AmfValue.Nothing.NULL).payload();
        ByteBuf inAmf3 = Unpooled.buffer().writeByte(5).writeBytes(second.copy());
        ByteBuf shared = second.copy().skipBytes(1);
        ByteBuf play2 = Command.of(
                        "play2",
                        6,
                        AmfValue.Nothing.NULL,
                        new AmfValue.Members(Map.of("streamName", new AmfValue.Text("cam2"))))
                .payload();
        ByteBuf data3 = Unpooled.buffer().writeByte(0).writeBytes(second.copy());
        return Stream.of(
                Arguments.of(
                        "longer than is looked at",
                        message(MessageType.COMMAND_AMF0, naming("publish", "x".repeat(17_000)))),
                Arguments.of(
                        "the same name with 17,000 bytes behind",
                        message(MessageType.COMMAND_AMF0, naming("publish", "cam1" + "/x".repeat(8_500)))),
                Arguments.of("in upper case", message(MessageType.COMMAND_AMF0, naming("PUBlish", "cam2"))),
                Arguments.of(
                        "a name that goes on after a NUL",
                        message(MessageType.COMMAND_AMF0, naming("play\0er", "cam2"))),
                Arguments.of("something unreadable behind", message(MessageType.COMMAND_AMF0, unreadableBehind)),
                Arguments.of("without the name of a stream", message(MessageType.COMMAND_AMF0, withoutName)),
                Arguments.of("AMF3 with another first byte", message(MessageType.COMMAND_AMF3, inAmf3)),
                Arguments.of("as a data message", message(MessageType.DATA_AMF0, second)),
                Arguments.of("as an AMF3 data message", message(MessageType.DATA_AMF3, data3)),
                Arguments.of("as a shared object", message(MessageType.SHARED_OBJECT_AMF0, shared)),
                Arguments.of("play2", message(MessageType.COMMAND_AMF0, play2)),
                Arguments.of("in an aggregate", aggregate(MessageType.VIDEO, MessageType.COMMAND_AMF0)),
                Arguments.of("as data in an aggregate", aggregate(MessageType.AUDIO, MessageType.DATA_AMF3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToAskForASecondStream")
    void endsBeforeTheOriginCouldReadOfASecondStream(String way, ByteBuf bytes) {
        for (int piece : new int[] {1, 100, 100_000}) {
            ends.clear();
            StreamRelay relay = relay("rtmp://host/live", "cam1");
            ByteBuf input = bytes.duplicate();
            int length = input.readableBytes();
            while (input.isReadable() && ends.isEmpty()) {
                sends(relay, Unpooled.copiedBuffer(input.readSlice(Math.min(piece, input.readableBytes()))));
            }
            assertThat(ends).as(way).containsExactly(CloseReason.PEER_PROTOCOL_ERROR);
            assertThat(written().readableBytes()).as(way).isLessThan(length);
        }
    }

    @Test
    void forwardsMediaAndMetadataInAggregates() {
        StreamRelay relay = relay("rtmp://host/live", "cam1");
        ByteBuf bytes = aggregate(MessageType.VIDEO, MessageType.DATA_AMF0, MessageType.AUDIO);
        int length = bytes.readableBytes();
        while (bytes.isReadable()) {
            sends(relay, Unpooled.copiedBuffer(bytes.readSlice(Math.min(100, bytes.readableBytes()))));
        }
        assertThat(ends).isEmpty();
        assertThat(written().readableBytes()).isEqualTo(length);
    }

    @Test
    void tellsAgainAndAgainOfAnOriginThatTakesWhatIsPublishedTooSlowly() {
        StreamRelay relay = relay("rtmp://media.example.com/live", "show");
        origin.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
        says(relay, "@setDataFrame", "x".repeat(2_000));
        long now = System.nanoTime();
        relay.tick(now + Duration.ofSeconds(6).toNanos());
        assertThat(lags).as("it keeps up").isEmpty();

        origin.stopped = true;
        says(relay, "@setDataFrame", "x".repeat(2_000));
        now = System.nanoTime();
        relay.tick(now + Duration.ofSeconds(4).toNanos());
        assertThat(lags).isEmpty();
        for (int second = 5; second <= 9; second++) {
            relay.tick(now + Duration.ofSeconds(second).plusMillis(100).toNanos());
        }
        assertThat(lags).containsExactly("it has let a publisher wait for 5 s");
        relay.tick(now + Duration.ofMillis(10_500).toNanos());
        assertThat(lags).hasSize(2);

        origin.stopped = false;
        origin.flushOutbound();
        relay.tick(now + Duration.ofSeconds(30).toNanos());
        assertThat(lags).hasSize(2);
    }

    @Test
    void endsWhenASecondPublishHadBegunBeforeTheFirstWasRead() {
        ByteBuf second = naming("publish", "cam2-" + "x".repeat(300));
        ByteBuf before = Unpooled.buffer();
        ChunkWriter.writeBeginning(
                before,
                ChunkScanner.DEFAULT_CHUNK_SIZE,
                9,
                MessageType.COMMAND_AMF0,
                CLIENT_STREAM,
                0,
                second.readableBytes(),
                second.slice(0, ChunkScanner.DEFAULT_CHUNK_SIZE));
        ClientNegotiation clientNegotiation = new ClientNegotiation(new Random(1));
        StreamRelay relay = relay("rtmp://host/live", "cam1", before, clientNegotiation);
        relay.resumeUp(clientNegotiation, Optional.empty());
        second.skipBytes(ChunkScanner.DEFAULT_CHUNK_SIZE);
        ByteBuf rest = Unpooled.buffer();
        while (second.isReadable()) {
            ChunkWriter.writeNextHeader(rest, 9, 0);
            rest.writeBytes(second, Math.min(ChunkScanner.DEFAULT_CHUNK_SIZE, second.readableBytes()));
        }
        sends(relay, rest);
        assertThat(ends).containsExactly(CloseReason.PEER_PROTOCOL_ERROR);
    }

    @Test
    void endsWhenTheClientAbortsWhatTheOriginHasTheBeginningOf() {
        StreamRelay relay = relay("rtmp://host/live", "cam1");
        ByteBuf bytes = Unpooled.buffer();
        ChunkWriter.writeBeginning(
                bytes,
                128,
                6,
                MessageType.VIDEO,
                CLIENT_STREAM,
                0,
                1_000,
                Unpooled.buffer().writeZero(128));
        ChunkWriter.writeFirstHeader(bytes, ControlMessages.CHUNK_STREAM, 0, 4, MessageType.ABORT, 0);
        bytes.writeInt(6);
        sends(relay, bytes);
        assertThat(ends).containsExactly(CloseReason.PEER_PROTOCOL_ERROR);
    }

    @Test
    void numbersTheMessageStreamOfUserControlEventsAsTheOriginDoes() {
        StreamRelay relay = relay("rtmp://host/live", "cam1");
        ByteBuf event = Unpooled.buffer()
                .writeShort(ControlMessages.EVENT_SET_BUFFER_LENGTH)
                .writeInt(CLIENT_STREAM)
                .writeInt(3_000);
        sends(relay, message(MessageType.USER_CONTROL, event));
        event.setInt(2, ORIGIN_STREAM);
        RtmpMessage received = new MessageAssembler(new ChunkScanner()).next(written());
        assertThat(received).isNotNull();
        assertThat(received.type()).isEqualTo(MessageType.USER_CONTROL);
        assertThat(received.payload()).isEqualTo(event);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // tcUrl | first name | later name
                "rtmp://host/live | cam1 | cam12",
                "rtmp://host/live | cam1 | cam1/x",
                "rtmp://host/live | cam1 | cam1?vhost=other",
                "rtmp://media.example.com/live | cam1 | cam1?vhost=__defaultVhost__",
                "rtmp://host/live | cam1 | cam2",
                "rtmp://host/live | cam12 | cam1",
                "rtmp://host/live | cam1 | ''",
            })
    void endsWhenTheClientAsksForASecondStream(String tcUrl, String first, String later) {
        for (String command : List.of("publish", "play")) {
            ends.clear();
            says(relay(tcUrl, first), command, later);
            assertThat(ends).as(command).containsExactly(CloseReason.PEER_PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // tcUrl | first name | later name
                "rtmp://host/live | cam1 | cam1",
                "rtmp://host/live | cam1?token=1 | cam1?token=2",
                "rtmp://host/live | cam1 | /cam1",
                "rtmp://host/live | a/b | a/b",
                "rtmp://host/live?k=v/cam1 | '' | ''",
                "rtmp://host/live?k=v/cam1 | '' | cam1",
                "rtmp://host/live | cam1 | cam1?vhost=__defaultVhost__",
                "rtmp://media.example.com/live | cam1 | cam1?vhost=MEDIA.example.com",
            })
    void forwardsWhatTheClientSaysOfItsStreamAgain(String tcUrl, String first, String later) {
        for (String command : List.of("publish", "play")) {
            says(relay(tcUrl, first), command, later);
            assertThat(ends).as(command).isEmpty();
            assertThat(origin.outboundMessages()).as(command).isNotEmpty();
            origin.releaseOutbound();
        }
    }
}
