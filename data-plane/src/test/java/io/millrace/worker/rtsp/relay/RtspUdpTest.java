package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.rtsp.PortRange;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Media as datagrams, each end being a socket of the test. */
class RtspUdpTest {

    private static final String TRACK = "rtsp://worker.example/live/cam/streamid=0";
    private static final String OK = "RTSP/1.0 200 OK";

    /** Below the system's own choice of ports, and of no other test. */
    private static final PortRange RANGE = new PortRange(31_001, 31_060);

    private RtspOrigin origin;
    private RtspWorker worker;

    @BeforeEach
    void start() throws IOException {
        origin = new RtspOrigin();
        worker = new RtspWorker(RtspWorker.settings(Optional.of(RANGE)), origin.port());
    }

    @AfterEach
    void stop() {
        worker.close();
        origin.close();
    }

    private static DatagramSocket socket(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), 0));
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static void send(DatagramSocket from, int port, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    }

    private static String receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        at.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII) + " from "
                + packet.getPort();
    }

    private static int port(String message, String name, int which) {
        Matcher ports = Pattern.compile(name + "=([0-9]+)-([0-9]+)").matcher(message);
        assertThat(ports.find()).as(message).isTrue();
        return Integer.parseInt(ports.group(which));
    }

    /** Four sockets, and the ports of the worker that they talk to. */
    private static final class Track implements AutoCloseable {

        private final DatagramSocket clientRtp = socket("127.0.0.1");
        private final DatagramSocket clientRtcp = socket("127.0.0.1");
        private final DatagramSocket originRtp = socket("127.0.0.1");
        private final DatagramSocket originRtcp = socket("127.0.0.1");
        private final RtspPeer client;
        private final RtspPeer peer;
        private final String receivedByOrigin;
        private final String receivedByClient;

        Track(RtspWorker worker, RtspOrigin origin, String mode) throws IOException {
            client = RtspPeer.connect(worker.port());
            client.say(
                    "SETUP " + TRACK + " RTSP/1.0",
                    "CSeq: 1",
                    "Transport: RTP/AVP/UDP;unicast;destination=192.0.2.1;client_port=" + clientRtp.getLocalPort() + "-"
                            + clientRtcp.getLocalPort() + mode);
            peer = mode.isEmpty() ? origin.accept() : origin.acceptQuestion();
            receivedByOrigin = peer.receive();
            peer.say(
                    OK,
                    "CSeq: 1",
                    "Session: abc",
                    "Transport: RTP/AVP/UDP;unicast;source=192.0.2.9;client_port="
                            + port(receivedByOrigin, "client_port", 1) + "-" + port(receivedByOrigin, "client_port", 2)
                            + ";server_port=" + originRtp.getLocalPort() + "-" + originRtcp.getLocalPort()
                            + ";ssrc=0A0B0C0D" + mode);
            receivedByClient = client.receive();
        }

        int towardsOrigin(int which) {
            return port(receivedByOrigin, "client_port", which);
        }

        int towardsClient(int which) {
            return port(receivedByClient, "server_port", which);
        }

        @Override
        public void close() {
            client.close();
            peer.close();
            clientRtp.close();
            clientRtcp.close();
            originRtp.close();
            originRtcp.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";mode=record"})
    void eachSideTalksToAPairOfPortsOfTheWorker(String mode) throws IOException {
        try (Track track = new Track(worker, origin, mode)) {
            assertThat(track.receivedByOrigin)
                    .doesNotContain("192.0.2.1")
                    .contains("/UDP;unicast")
                    .contains(mode);
            assertThat(track.receivedByClient)
                    .doesNotContain("192.0.2.9")
                    .contains("client_port=" + track.clientRtp.getLocalPort() + "-" + track.clientRtcp.getLocalPort())
                    .contains("ssrc=0A0B0C0D");
            assertThat(track.towardsClient(1)).isEven().isBetween(RANGE.first(), RANGE.last());
            assertThat(track.towardsClient(2)).isEqualTo(track.towardsClient(1) + 1);

            send(track.originRtp, track.towardsOrigin(1), "picture");
            assertThat(receive(track.clientRtp)).isEqualTo("picture from " + track.towardsClient(1));
            send(track.originRtcp, track.towardsOrigin(2), "sender report");
            assertThat(receive(track.clientRtcp)).isEqualTo("sender report from " + track.towardsClient(2));
            send(track.clientRtp, track.towardsClient(1), "sound");
            assertThat(receive(track.originRtp)).isEqualTo("sound from " + track.towardsOrigin(1));
            send(track.clientRtcp, track.towardsClient(2), "receiver report");
            assertThat(receive(track.originRtcp)).isEqualTo("receiver report from " + track.towardsOrigin(2));
            assertThat(worker.sessions.sessions())
                    .singleElement()
                    .satisfies(session -> assertThat(session.bytesOut()).isGreaterThan("picture".length()));
        }
        await().atMost(RtspWorker.LIMIT).until(() -> worker.ports.taken() == 0);
    }

    @Test
    void takesNothingFromOtherHosts() throws IOException {
        try (Track track = new Track(worker, origin, "");
                DatagramSocket stranger = socket("127.0.0.2")) {
            send(stranger, track.towardsClient(1), "spoofed");
            send(stranger, track.towardsOrigin(1), "spoofed");
            await().atMost(RtspWorker.LIMIT).until(() -> worker.dropped("foreign") == 2);
            send(track.originRtp, track.towardsOrigin(1), "picture");
            assertThat(receive(track.clientRtp)).startsWith("picture");
            send(track.clientRtp, track.towardsClient(1), "sound");
            assertThat(receive(track.originRtp)).startsWith("sound");
            track.originRtp.setSoTimeout(100);
            assertThatThrownBy(() -> receive(track.originRtp)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPortThatATranslationChoseIsLearnedOnceAndTheAnnouncedOneAlwaysCounts() throws IOException {
        try (Track track = new Track(worker, origin, "");
                DatagramSocket translated = socket("127.0.0.1");
                DatagramSocket late = socket("127.0.0.1")) {
            send(translated, track.towardsClient(1), "hello");
            assertThat(receive(track.originRtp)).startsWith("hello");
            send(track.originRtp, track.towardsOrigin(1), "first");
            assertThat(receive(translated)).startsWith("first");
            send(late, track.towardsClient(1), "hijack");
            await().atMost(RtspWorker.LIMIT).until(() -> worker.dropped("foreign") == 1);
            send(track.clientRtp, track.towardsClient(1), "it is me");
            assertThat(receive(track.originRtp)).startsWith("it is me");
            send(track.originRtp, track.towardsOrigin(1), "second");
            assertThat(receive(track.clientRtp)).startsWith("second");
        }
    }

    private String transportHeardAfter(String offered) {
        try (RtspPeer client = RtspPeer.connect(worker.port())) {
            client.say("SETUP " + TRACK + " RTSP/1.0", "CSeq: 1", "Transport: " + offered);
            try (RtspPeer peer = origin.accept()) {
                peer.socket().setSoTimeout(500);
                String received = peer.receive();
                return received.equals("END") ? client.receive() : received;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void multicastIsRefusedAndLeftOutOfAlternatives() {
        assertThat(transportHeardAfter("RTP/AVP;multicast;port=5000-5001;ttl=16"))
                .startsWith("RTSP/1.0 461");
        assertThat(transportHeardAfter("RTP/AVP;multicast,RTP/AVP/TCP;unicast;interleaved=2-3"))
                .contains("Transport: RTP/AVP/TCP;unicast;interleaved=2-3");
    }

    @Test
    void whereThereAreNoPortsTcpIsLeft() throws IOException {
        worker.close();
        worker = new RtspWorker(RtspWorker.settings(Optional.empty()), origin.port());
        assertThat(transportHeardAfter("RTP/AVP;unicast;client_port=5000-5001")).startsWith("RTSP/1.0 461");
        assertThat(transportHeardAfter("RTP/AVP;unicast;client_port=5000-5001,RTP/AVP/TCP;unicast;interleaved=0-1"))
                .contains("Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
    }

    @Test
    void aClientThatIsRefusedUdpGoesOnWithTcpOnTheSameConnection() throws IOException {
        worker.close();
        worker = new RtspWorker(RtspWorker.settings(Optional.empty()), origin.port());
        try (RtspPeer client = RtspPeer.connect(worker.port())) {
            client.say("SETUP " + TRACK + " RTSP/1.0", "CSeq: 1", "Transport: RTP/AVP;unicast;client_port=5000-5001");
            try (RtspPeer peer = origin.accept()) {
                assertThat(client.receive()).startsWith("RTSP/1.0 461 Unsupported Transport\n");
                client.say("SETUP " + TRACK + " RTSP/1.0", "CSeq: 2", "Transport: RTP/AVP/TCP;interleaved=0-1");
                assertThat(peer.receive()).contains("CSeq: 2");
            }
        }
    }

    @Test
    void portsThatAreAllInUseAreRefusedAndComeBack() throws IOException {
        worker.close();
        worker = new RtspWorker(RtspWorker.settings(Optional.of(new PortRange(31_100, 31_103))), origin.port());
        try (Track _ = new Track(worker, origin, "")) {
            assertThat(worker.ports.taken()).isEqualTo(2);
            assertThat(transportHeardAfter("RTP/AVP;unicast;client_port=5000-5001"))
                    .startsWith("RTSP/1.0 461");
        }
        await().atMost(RtspWorker.LIMIT).until(() -> worker.ports.taken() == 0);
        try (Track again = new Track(worker, origin, "")) {
            send(again.originRtp, again.towardsOrigin(1), "picture");
            assertThat(receive(again.clientRtp)).startsWith("picture");
        }
    }

    @Test
    void portsOfAnotherProgramArePassedOver() throws IOException {
        worker.close();
        try (DatagramSocket other = socket("127.0.0.1")) {
            int taken = other.getLocalPort() & ~1;
            int last = Math.min(taken + 41, 65_535);
            worker = new RtspWorker(RtspWorker.settings(Optional.of(new PortRange(taken, last))), origin.port());
            try (Track track = new Track(worker, origin, "")) {
                assertThat(track.towardsClient(1)).isNotEqualTo(taken);
            }
        }
    }

    @Test
    void aRefusalOfTheOriginFreesThePorts() {
        try (RtspPeer client = RtspPeer.connect(worker.port())) {
            client.say("SETUP " + TRACK + " RTSP/1.0", "CSeq: 1", "Transport: RTP/AVP;unicast;client_port=5000-5001");
            try (RtspPeer peer = origin.accept()) {
                peer.receive();
                assertThat(worker.ports.taken()).isEqualTo(2);
                peer.say("RTSP/1.0 461 Unsupported Transport", "CSeq: 1");
                assertThat(client.receive()).startsWith("RTSP/1.0 461");
                await().atMost(RtspWorker.LIMIT).until(() -> worker.ports.taken() == 0);
            }
        }
    }

    @Test
    void settingUpTheTrackAgainOverTcpFreesThePorts() throws IOException {
        try (Track track = new Track(worker, origin, "")) {
            track.client.say(
                    "SETUP " + TRACK + " RTSP/1.0", "CSeq: 2", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
            assertThat(track.peer.receive()).contains("interleaved=0-1");
            track.peer.say(OK, "CSeq: 2", "Session: abc", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1");
            assertThat(track.client.receive()).contains("interleaved=0-1");
            await().atMost(RtspWorker.LIMIT).until(() -> worker.ports.taken() == 0);
        }
    }

    @Test
    void requestsBehindASetupWaitUntilItsPortsAreThere() {
        try (RtspPeer client = RtspPeer.connect(worker.port())) {
            String setup = RtspPeer.message(
                    "", "SETUP " + TRACK + " RTSP/1.0", "CSeq: 2", "Transport: RTP/AVP;unicast;client_port=5000-5001");
            client.send(RtspPeer.message("", "DESCRIBE rtsp://worker.example/live/cam RTSP/1.0", "CSeq: 1")
                    + setup
                    + RtspPeer.message("", "OPTIONS * RTSP/1.0", "CSeq: 3"));
            try (RtspPeer peer = origin.accept()) {
                assertThat(peer.receive()).contains("CSeq: 1");
                peer.say(OK, "CSeq: 1");
                assertThat(peer.receive()).contains("CSeq: 2");
                assertThat(peer.receive()).contains("CSeq: 3");
            }
        }
    }
}
