package io.millrace.worker.webrtc.relay;

import static io.millrace.worker.webrtc.relay.RelayBed.UFRAG;
import static io.millrace.worker.webrtc.relay.RelayBed.media;
import static io.millrace.worker.webrtc.relay.RelayBed.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.webrtc.codec.TestStun;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ICE over TCP. */
class TcpClientTest {

    private final RelayBed bed = new RelayBed();

    @BeforeEach
    void expect() {
        bed.relay.expect(bed.route(UFRAG));
        bed.rtc.echo();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(bed.tcp.getAddress(), bed.tcp.getPort());
        socket.setSoTimeout(5_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] frame(byte[] packet) {
        return ByteBuffer.allocate(2 + packet.length)
                .putShort((short) packet.length)
                .put(packet)
                .array();
    }

    private static byte[] receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        return in.readNBytes(in.readUnsignedShort());
    }

    private static void accept(Socket socket, long id) throws IOException {
        socket.getOutputStream().write(frame(TestStun.check(id, UFRAG, "good")));
        assertThat(receive(socket)).isEqualTo(success(id));
    }

    /** Whether the relay closed it. */
    private static boolean isClosed(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void passesPacketsInFramesBothWays() throws IOException {
        try (Socket client = connect()) {
            accept(client, 1);
            assertThat(bed.metrics.active(RelayMetrics.Transport.TCP)).isEqualTo(1);
            for (int i = 0; i < 100; i++) {
                client.getOutputStream().write(frame(media(i)));
                assertThat(receive(client)).isEqualTo(media(i));
            }
            await().untilAsserted(() ->
                    assertThat(bed.session().clientAddress()).isEqualTo("127.0.0.1:" + client.getLocalPort()));
        }
    }

    @Test
    void readsFramesHoweverTheyAreCut() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        byte[] small = {(byte) 0x80, 1, 2, 3};
        sent.writeBytes(frame(TestStun.of(TestStun.INDICATION, 2).bytes()));
        sent.writeBytes(frame(small));
        byte[] bytes = sent.toByteArray();
        try (Socket client = connect()) {
            accept(client, 1);
            for (int cut = 1; cut < bytes.length; cut++) {
                client.getOutputStream().write(bytes, 0, cut);
                client.getOutputStream().write(bytes, cut, bytes.length - cut);
                assertThat(receive(client)).hasSize(20);
                assertThat(receive(client)).isEqualTo(small);
            }
        }
    }

    @Test
    void movesFromTcpToUdpAndBack() throws IOException {
        try (Socket slow = connect();
                TestPeer fast = bed.client()) {
            accept(slow, 1);
            fast.send(TestStun.nomination(2, UFRAG, "good"));
            fast.awaitExactly(success(2));
            bed.rtc.send(0, media(1));
            assertThat(fast.receive()).isEqualTo(media(1));
            slow.getOutputStream().write(frame(TestStun.nomination(3, UFRAG, "good")));
            assertThat(receive(slow)).isEqualTo(success(3));
            bed.rtc.send(0, media(2));
            assertThat(receive(slow)).isEqualTo(media(2));
        }
    }

    @Test
    void aConnectionThatBeginsWithAnythingElseIsClosed() throws IOException {
        for (byte[] first : new byte[][] {
            media(1), new byte[0], {'G', 'E', 'T'}, TestStun.of(0x101, 1).bytes()
        }) {
            try (Socket client = connect()) {
                client.getOutputStream().write(frame(first));
                assertThat(isClosed(client)).isTrue();
            }
        }
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff, 0});
            assertThat(isClosed(client)).as("a frame longer than any datagram").isTrue();
        }
        assertThat(bed.rtc.peers).isEmpty();
    }

    @Test
    void mediaIsRefusedUntilTheOriginAccepted() throws IOException {
        try (Socket liar = connect()) {
            liar.getOutputStream().write(frame(TestStun.nomination(1, UFRAG, "evil")));
            liar.getOutputStream().write(frame(media(1)));
            await().until(() -> bed.metrics.drops(Drop.UNKNOWN_ADDRESS) == 1);
            assertThat(bed.rtc.waiting()).isZero();
            assertThat(bed.metrics.active(RelayMetrics.Transport.TCP)).isZero();
        }
    }

    @Test
    void aClientThatHangsUpIsGoneSoon() throws IOException {
        try (Socket client = connect()) {
            accept(client, 1);
            await().until(() -> bed.sessions.size() == 1);
        }
        await().until(() -> bed.metrics.active(RelayMetrics.Transport.TCP) == 0);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            bed.clock.advance(Duration.ofSeconds(4));
            return bed.sessions.size() == 0 && bed.relay.sessions().isEmpty();
        });
    }

    @Test
    void aClientThatDoesNotReadLosesWholePacketsAndNothingElseGrows() throws IOException {
        try (Socket client = connect()) {
            accept(client, 1);
            await().until(() -> {
                for (int i = 0; i < 1_000; i++) {
                    bed.rtc.send(0, media(i));
                }
                return bed.metrics.drops(Drop.CLIENT_SLOW) > 1_000;
            });
            byte[] last = {(byte) 0x81};
            int frames = 0;
            byte[] got = media(0);
            while (got.length == 1_200) {
                if (frames++ % 50 == 0) {
                    bed.rtc.send(0, last);
                }
                got = receive(client);
            }
            assertThat(got).as("no packet is cut").isEqualTo(last);
        }
    }
}
