package io.millrace.control.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More connections than there may be, of one address and in all. */
@QuarkusTest
@TestProfile(ConnectionsTest.Few.class)
class ConnectionsTest {

    private static final int IN_ALL = 30;
    private static final int OF_ONE = 20;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String REQUEST = "GET /api/v1/versions HTTP/1.1\r\nHost: localhost\r\n\r\n";

    public static final class Few implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "millrace.connections.max",
                    Integer.toString(IN_ALL),
                    "millrace.connections.max-per-address",
                    Integer.toString(OF_ONE),
                    "millrace.rebuild-window",
                    "0s",
                    "millrace.data-dir",
                    "target/test-data/" + UUID.randomUUID(),
                    "quarkus.http.test-port",
                    "0",
                    "quarkus.management.test-port",
                    "0");
        }
    }

    @Inject
    MeterRegistry metrics;

    private final List<Socket> open = new ArrayList<>();

    /** Nobody has asked anything before: what is counted is counted although it has sent nothing. */
    @BeforeEach
    void begin() throws IOException {
        await().atMost(SOON).until(() -> {
            open.add(connect("127.0.0.1"));
            return connections() > 0;
        });
        close();
        open.clear();
        await().atMost(SOON).until(() -> connections() == 0);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Test
    void connectionsAboveTheBoundOfAnAddressAreClosedAndThoseBelowAreServed() throws IOException {
        double refusedBefore = refused("too-many-of-address");
        assertThat(served("127.0.0.1", OF_ONE + 5)).isEqualTo(OF_ONE);
        assertThat(refused("too-many-of-address")).isEqualTo(refusedBefore + 5);
        assertThat(served("127.0.0.2", 1)).as("another address").isEqualTo(1);
        open.removeFirst().close();
        await().atMost(SOON).until(() -> connections() == OF_ONE);
        assertThat(served("127.0.0.1", 2)).as("room of one that left").isEqualTo(1);
    }

    @Test
    void connectionsAboveTheBoundOfAllAddressesAreClosed() throws IOException {
        double refusedBefore = refused("too-many");
        assertThat(served("127.0.0.1", OF_ONE)).isEqualTo(OF_ONE);
        assertThat(served("127.0.0.2", OF_ONE)).isEqualTo(IN_ALL - OF_ONE);
        assertThat(served("127.0.0.3", 3)).isZero();
        assertThat(refused("too-many")).isEqualTo(refusedBefore + 2 * OF_ONE - IN_ALL + 3);
        close();
        open.clear();
        await().atMost(SOON).until(() -> connections() == 0);
        assertThat(served("127.0.0.3", 3)).isEqualTo(3);
    }

    /** How many of those are answered; they stay open. */
    private int served(String from, int count) throws IOException {
        int served = 0;
        for (int i = 0; i < count; i++) {
            Socket socket = connect(from);
            if (isServed(socket)) {
                open.add(socket);
                served++;
            } else {
                socket.close();
            }
        }
        return served;
    }

    private static Socket connect(String from) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port, InetAddress.getByName(from), 0);
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static boolean isServed(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 'H';
        } catch (SocketException reset) {
            return false;
        }
    }

    private double connections() {
        return metrics.get("millrace.connections").gauge().value();
    }

    private double refused(String reason) {
        return metrics.get("millrace.connections.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
