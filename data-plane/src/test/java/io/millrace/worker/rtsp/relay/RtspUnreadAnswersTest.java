package io.millrace.worker.rtsp.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.worker.net.memory.UnreadingClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that asks and asks and reads nothing is not read either. */
class RtspUnreadAnswersTest {

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PAUSE"})
    void readsNoMoreRequestsThanAnswersAreTaken(String method) throws IOException {
        try (RtspWorker worker = new RtspWorker(RtspWorker.settings(Optional.empty()));
                UnreadingClient client = new UnreadingClient(worker.port())) {
            UnreadingClient.Flood flood = client.flood(
                    number -> (method + " rtsp://a/live/cam RTSP/1.0\r\nCSeq: " + number + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII),
                    worker.budget());

            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(client.answers(), StandardCharsets.US_ASCII));
            client.complete(flood);
            int next = 0;
            while (next < flood.requests()) {
                String line = answers.readLine();
                assertThat(line).as("the connection ended after answer " + next).isNotNull();
                if (line.startsWith("CSeq: ")) {
                    assertThat(line).isEqualTo("CSeq: " + next++);
                }
            }
        }
    }

    @Test
    void bodiesThatAreNotWholeCountIntoTheBudget() throws IOException {
        int sent = 50_000;
        List<Socket> clients = new ArrayList<>();
        try (RtspWorker worker = new RtspWorker(RtspWorker.settings(Optional.empty()))) {
            for (int i = 0; i < 20; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), worker.port());
                clients.add(client);
                client.getOutputStream()
                        .write(("ANNOUNCE rtsp://a/live/cam RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 60000\r\n\r\n"
                                        + "x".repeat(sent))
                                .getBytes(StandardCharsets.US_ASCII));
            }
            await().atMost(RtspWorker.LIMIT).until(() -> worker.budget().pending() >= 20L * sent);
            for (Socket client : clients) {
                client.close();
            }
            await().atMost(RtspWorker.LIMIT).until(() -> worker.budget().pending() == 0);
        }
    }
}
