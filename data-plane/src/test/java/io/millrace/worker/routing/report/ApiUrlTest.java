package io.millrace.worker.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.admin.ListenerBoard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiUrlTest {

    private final ListenerBoard board = new ListenerBoard();

    private String found(Optional<String> set, String controlPlane) {
        return new ApiUrl(set, board, List.of(URI.create(controlPlane))).get();
    }

    private String found() {
        return found(Optional.empty(), "http://127.0.0.1:12025");
    }

    @Test
    void whatIsSetCounts() {
        assertThat(found(Optional.of("https://w1.example.com"), "http://127.0.0.1:12025"))
                .isEqualTo("https://w1.example.com");
    }

    @Test
    void isUnknownUntilTheListenerIsOpen() {
        assertThat(found()).isEmpty();
    }

    @Test
    void isWhereTheListenerIsBound() {
        board.up("api", new InetSocketAddress(InetAddress.getLoopbackAddress(), 11_985));
        assertThat(found(Optional.empty(), "http://192.0.2.1:12025")).isEqualTo("http://127.0.0.1:11985");
    }

    @Test
    void isTheAddressTowardsTheControlPlaneWhenBoundToAll() {
        board.up("api", new InetSocketAddress(11_985));
        assertThat(found()).isEqualTo("http://127.0.0.1:11985");
        assertThat(found(Optional.empty(), "http://no.such.host.invalid:1")).isEmpty();
    }
}
