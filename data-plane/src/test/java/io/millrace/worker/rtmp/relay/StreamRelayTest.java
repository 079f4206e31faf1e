package io.millrace.worker.rtmp.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamNaming;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.admin.Fixtures;
import io.millrace.worker.admin.Opening;
import io.millrace.worker.admin.Session;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.rtmp.RtmpSettings;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.ChunkScanner;
import io.millrace.worker.rtmp.codec.Command;
import io.millrace.worker.rtmp.codec.Handshake;
import io.millrace.worker.rtmp.session.ClientOpening;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginOpening;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamRelayTest {

    private static final int CLIENT_STREAM = 1;
    private static final int ORIGIN_STREAM = 5;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RtmpSettings SETTINGS = new RtmpSettings(
            ListenerAddress.parse("0", "127.0.0.1"), LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, false, false, LIMIT, LIMIT);

    private final EmbeddedChannel client = new EmbeddedChannel();
    private final EmbeddedChannel origin = new EmbeddedChannel();
    private final List<CloseReason> ends = new ArrayList<>();

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        origin.finishAndReleaseAll();
    }

    private StreamRelay relay(String tcUrl, String streamName) {
        ClientOpening clientOpening = new ClientOpening(new Random(1));
        StreamRequest request = clientOpening
                .receive(opening(tcUrl, streamName), Unpooled.buffer())
                .orElseThrow();
        KeyedRequest asked = KeyedRequest.of(request, new StreamNaming(List.of("media.example.com")));
        StreamRelay.Listener listener = new StreamRelay.Listener() {
            @Override
            public void accepted() {}

            @Override
            public void over(CloseReason reason, String detail) {
                ends.add(reason);
            }
        };
        return new StreamRelay(
                session(asked),
                SETTINGS,
                listener,
                client,
                clientOpening,
                asked,
                origin,
                new OriginOpening(request, ChunkScanner.DEFAULT_CHUNK_SIZE, new Random(1)),
                ORIGIN_STREAM);
    }

    /** What a client says until it has named a stream. */
    private static ByteBuf opening(String tcUrl, String streamName) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(Handshake.VERSION).writeZero(2 * Handshake.PART_SIZE);
        AmfValue.Members connect =
                new AmfValue.Members(Map.of("app", new AmfValue.Text("live"), "tcUrl", new AmfValue.Text(tcUrl)));
        Command.of("connect", 1, connect).write(bytes, ChunkScanner.DEFAULT_CHUNK_SIZE, 3, 0);
        writeNaming(bytes, "publish", streamName);
        return bytes;
    }

    private static void writeNaming(ByteBuf out, String command, String streamName) {
        Command.of(command, 6, AmfValue.Nothing.NULL, new AmfValue.Text(streamName))
                .write(out, ChunkScanner.DEFAULT_CHUNK_SIZE, 8, CLIENT_STREAM);
    }

    private static Session session(KeyedRequest asked) {
        Opening opening = Fixtures.sessionTable(new TestClock(), 10)
                .open(Protocol.RTMP, Intent.PUBLISH, asked.key(), "10.0.0.1:5000", (reason, detail) -> {});
        if (opening instanceof Opening.Opened opened) {
            return opened.session();
        }
        throw new AssertionError("refused: " + opening);
    }

    private void says(StreamRelay relay, String command, String streamName) {
        ByteBuf bytes = Unpooled.buffer();
        writeNaming(bytes, command, streamName);
        relay.fromClient(bytes);
        relay.clientReadComplete();
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
