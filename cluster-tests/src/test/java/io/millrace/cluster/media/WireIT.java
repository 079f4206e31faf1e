package io.millrace.cluster.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.fixture.FakeOrigin;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Await;
import io.millrace.cluster.rtmp.Amf0;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire to origins and back, looked at byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Byte[] LOOPBACK_AS_REAL_IP = {(byte) 0xf3, 0, 4, 127, 0, 0, 1};

    @TempDir
    private static Path folder;

    private Cluster cluster;
    private FakeOrigin srs;
    private FakeOrigin other;
    private Worker plain;
    private Worker telling;

    @BeforeAll
    void start() throws IOException {
        cluster = new Cluster(folder);
        srs = cluster.fakeOrigin("srs", "srs");
        other = cluster.fakeOrigin("other", "other");
        assertThat(cluster.steer(Map.of("srs", "srs", "other", "other")).status())
                .isEqualTo(200);
        plain = cluster.worker("plain");
        telling = cluster.worker("telling", Map.of("MILLRACE_RTMP_SRS_REAL_IP", "on"));
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void tellsAnSrsWhoTheClientIsWhereThatIsOn() throws IOException {
        try (RtmpClient publisher = RtmpClient.publish(telling.rtmp("live/srs-told"));
                RtmpClient viewer = RtmpClient.play(telling.rtmp("live/srs-told-too"))) {
            assertThat(publisher.isOpen() && viewer.isOpen()).isTrue();
            assertThat(srs.awaitVisit("srs-told").prefix()).containsExactly(LOOPBACK_AS_REAL_IP);
            assertThat(srs.awaitVisit("srs-told-too").prefix()).containsExactly(LOOPBACK_AS_REAL_IP);
        }
    }

    @Test
    void tellsNobodyElseNorWhereItIsOff() throws IOException {
        try (RtmpClient toOther = RtmpClient.publish(telling.rtmp("live/other-not-told"));
                RtmpClient off = RtmpClient.publish(plain.rtmp("live/srs-not-told"))) {
            assertThat(toOther.isOpen() && off.isOpen()).isTrue();
            assertThat(other.awaitVisit("other-not-told").prefix()).isEmpty();
            assertThat(srs.awaitVisit("srs-not-told").prefix()).isEmpty();
        }
    }

    @Test
    void bringsAnEnhancedConnectToTheOriginByteForByte() throws IOException {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("fourCcList", List.of("hvc1", "av01", "vp09", "Opus"));
        more.put("videoFourCcInfoMap", Map.of("*", 7));
        more.put("audioFourCcInfoMap", Map.of("Opus", 7));
        more.put("capsEx", 15);
        more.put("customMember", "of the client's own");
        RtmpClient.Target target = RtmpClient.Target.of(plain.rtmp("live/other-enhanced"));
        Map<String, Object> sent = new LinkedHashMap<>();
        sent.put("app", "live");
        sent.put("type", "nonprivate");
        sent.put("flashVer", "FMLE/3.0 (compatible; millrace tests)");
        sent.put("tcUrl", target.tcUrl());
        sent.putAll(more);
        try (RtmpClient client = RtmpClient.open(target)) {
            client.connect(more);
            client.publish();
            FakeOrigin.Visit visit = other.awaitVisit("other-enhanced");
            assertThat(visit.command("connect")).isEqualTo(Amf0.encode("connect", 1, sent));
            assertThat(visit.command("releaseStream"))
                    .isEqualTo(Amf0.encode("releaseStream", 2, null, "other-enhanced"));
            assertThat(visit.command("publish")).isEqualTo(Amf0.encode("publish", 5, null, "other-enhanced", "live"));

            // An HEVC sequence start and a coded frame, as Enhanced RTMP frames them.
            Message start = message(6, Message.VIDEO, 0, new byte[] {(byte) 0x90, 'h', 'v', 'c', '1', 1, 2, 3});
            byte[] frame = noise(150_000);
            frame[0] = (byte) 0x93;
            System.arraycopy(new byte[] {'h', 'v', 'c', '1'}, 0, frame, 1, 4);
            Message coded = message(6, Message.VIDEO, 40, frame);
            client.send(start);
            client.send(coded);
            awaitMedia(visit, List.of(start, coded));
        }
    }

    @Test
    void keepsTimestampsAndChunkStreamsOfAPublisher() throws IOException {
        List<Message> sent = mediaOverAllEdges(1);
        try (RtmpClient client = RtmpClient.publish(plain.rtmp("live/other-edges"))) {
            for (Message message : sent) {
                client.send(message);
            }
            awaitMedia(other.awaitVisit("other-edges"), sent);
        }
    }

    @Test
    void keepsTimestampsAndChunkStreamsTowardsAViewer() throws IOException {
        List<Message> played = mediaOverAllEdges(7);
        for (Message message : played) {
            srs.plays(message.chunkStream(), message.type(), message.timestamp(), message.payload());
        }
        try (RtmpClient viewer = RtmpClient.play(plain.rtmp("live/srs-edges"))) {
            List<Message> seen = new ArrayList<>();
            while (seen.size() < played.size()) {
                Message message = viewer.read();
                if (message.type() == Message.AUDIO || message.type() == Message.VIDEO) {
                    seen.add(message);
                }
            }
            assertThat(seen).extracting(Message::messageStream).containsOnly(1);
            assertThat(described(seen)).isEqualTo(described(played));
        }
    }

    /** Timestamps around 2^24 and 2^32, chunk stream ids of one, two and three bytes, messages of one and of many chunks. */
    private static List<Message> mediaOverAllEdges(int messageStream) {
        List<Message> messages = new ArrayList<>();
        int[] chunkStreams = {6, 63, 64, 319, 320, 65_599};
        int[] timestamps = {0xfffffe, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffff0, 0, 16};
        for (int chunkStream : chunkStreams) {
            for (int i = 0; i < timestamps.length; i++) {
                byte[] payload = noise(i % 2 == 0 ? 100 : 130_000);
                int type = i % 3 == 0 ? Message.AUDIO : Message.VIDEO;
                messages.add(new Message(chunkStream, type, timestamps[i], messageStream, payload));
            }
        }
        return messages;
    }

    private static Message message(int chunkStream, int type, int timestamp, byte[] payload) {
        return new Message(chunkStream, type, timestamp, 1, payload);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    private static void awaitMedia(FakeOrigin.Visit visit, List<Message> sent) {
        Await.until(
                SOON,
                "all media has arrived",
                () -> visit.media().size() >= sent.size(),
                () -> described(visit.media()).toString());
        assertThat(visit.media()).extracting(Message::messageStream).containsOnly(7);
        assertThat(described(visit.media())).isEqualTo(described(sent));
    }

    /** All but the message stream, which the two sides name differently. */
    private static List<String> described(List<Message> messages) {
        return messages.stream()
                .map(message -> "chunk stream " + message.chunkStream() + " " + message + " "
                        + java.util.Arrays.hashCode(message.payload()))
                .toList();
    }
}
