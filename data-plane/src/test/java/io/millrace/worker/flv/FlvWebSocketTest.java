package io.millrace.worker.flv;

import static io.millrace.worker.flv.TestOrigin.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.net.memory.UnreadingClient;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Viewers over WebSocket. */
class FlvWebSocketTest extends FlvWorker {

    /** Gathers what a WebSocket says. */
    private static final class Received implements WebSocket.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final CompletableFuture<Void> pong = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            socket.request(1);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            pong.complete(null);
            socket.request(1);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    @Test
    void playsOverWebSocketWithoutTheChunks() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        String large = "x".repeat(100_000);
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(CHUNKED + "3\r\nabc\r\n2\r\nde\r\n"));
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    out.write(bytes("186a0\r\n" + large + "\r\n0\r\n\r\n"));
                });
                HttpClient client = HttpClient.newHttpClient()) {
            lead(origin.port());
            Received received = new Received();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + listener.boundTo().getPort() + "/live/cam.flv?t=1"),
                            received)
                    .get(10, TimeUnit.SECONDS);
            socket.sendPing(ByteBuffer.wrap(new byte[] {1}));
            received.pong.get(10, TimeUnit.SECONDS);
            goOn.countDown();
            assertThat(received.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(received.bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcde" + large);
            assertThat(origin.heads().getFirst())
                    .startsWith("GET /live/cam.flv?t=1 HTTP/1.1\n")
                    .doesNotContainIgnoringCase("websocket");
        }
        awaitNoSessions();
    }

    @Test
    void readsNoMorePingsThanPongsAreTaken() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(OK + "\r\nFLV"));
                    socket.setSoTimeout(200);
                    while (true) {
                        try {
                            if (socket.getInputStream().read() < 0) {
                                return;
                            }
                        } catch (SocketTimeoutException quiet) {
                            out.write(bytes("more"));
                            out.flush();
                        }
                    }
                });
                UnreadingClient client = new UnreadingClient(listener.boundTo().getPort())) {
            lead(origin.port());
            client.send(bytes(get(
                    "/live/cam.flv",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")));
            DataInputStream answers = new DataInputStream(client.answers());
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) answers.readUnsignedByte());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101 ");

            int payload = 125;
            UnreadingClient.Flood flood = client.flood(
                    number -> ByteBuffer.allocate(6 + payload)
                            .put(new byte[] {(byte) 0x89, (byte) (0x80 | payload), 0, 0, 0, 0})
                            .putInt(number)
                            .array(),
                    loops.budget());

            client.complete(flood);
            int next = 0;
            while (next < flood.requests()) {
                boolean pong = answers.readUnsignedByte() == 0x8A;
                int length = answers.readUnsignedByte();
                if (pong) {
                    assertThat(answers.readInt()).isEqualTo(next++);
                    answers.skipNBytes(payload - Integer.BYTES);
                } else {
                    answers.skipNBytes(length);
                }
            }
        }
        awaitNoSessions();
    }

    @Test
    void endsWhenAWebSocketClientCloses() throws Exception {
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
                    out.write(bytes(OK + "\r\nFLV"));
                    socket.getInputStream().read();
                });
                HttpClient client = HttpClient.newHttpClient()) {
            lead(origin.port());
            Received received = new Received();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + listener.boundTo().getPort() + "/live/cam.flv"), received)
                    .get(10, TimeUnit.SECONDS);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
            assertThat(received.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        }
        awaitNoSessions();
    }

    @Test
    void tellsAWebSocketClientOfARefusalBeforeTheUpgrade() throws IOException {
        try (TestOrigin origin = new TestOrigin(
                (head, socket, out) -> out.write(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")))) {
            lead(origin.port());
            assertThat(exchange(get(
                            "/live/cam.flv",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")))
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("\r\n\r\nno");
        }
    }
}
