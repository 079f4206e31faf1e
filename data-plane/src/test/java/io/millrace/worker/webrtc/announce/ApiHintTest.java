package io.millrace.worker.webrtc.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.http.TestExchange;
import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiHintTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ListenerBoard board = new ListenerBoard();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private TestExchange ask(Optional<String> url) {
        ApiHint hint = new ApiHint(url, board);
        TestExchange exchange = new TestExchange(loop, HttpMethod.GET, "/player/api.json", "10.0.0.1");
        assertThat(hint.claims(exchange.request())).isTrue();
        return exchange.through(hint);
    }

    @Test
    void tellsThePageWhereTheApiIs() {
        assertThat(ask(Optional.empty()).code()).isEqualTo(404);
        board.up("api", new InetSocketAddress(11_985));
        assertThat(ask(Optional.empty()).text()).isEqualTo("{\"url\":\"\",\"port\":11985}");
        assertThat(ask(Optional.of("https://media.example.com")).text())
                .isEqualTo("{\"url\":\"https://media.example.com\",\"port\":11985}");
    }
}
