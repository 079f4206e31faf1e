package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTextTest {

    @ParameterizedTest
    @CsvSource({
        "1935, tcp://10.0.0.9:1935",
        "tcp://:1935, tcp://10.0.0.9:1935",
        "tcp://0.0.0.0:1935, tcp://10.0.0.9:1935",
        "tcp://192.168.3.10:1935, tcp://192.168.3.10:1935",
        "udp://0.0.0.0:8000, udp://10.0.0.9:8000",
        "udp:0.0.0.0:8000, udp://10.0.0.9:8000",
        "UDP:192.168.3.10:8000, udp://192.168.3.10:8000",
        "udp::8000, udp://10.0.0.9:8000",
        "udp:8000, udp://10.0.0.9:8000",
        "tcp:[::]:1935, tcp://10.0.0.9:1935",
        "udp.example:1935, tcp://udp.example:1935",
        "0.0.0.0:1935, tcp://10.0.0.9:1935",
        "[::]:1935, tcp://10.0.0.9:1935",
        "tcp://[fd00::1]:1935, tcp://[fd00::1]:1935",
        "origin-1.example:1935, tcp://origin-1.example:1935",
    })
    void readsEveryFormInTheWild(String text, String canonical) {
        assertThat(EndpointText.parse(text, Transport.TCP, "10.0.0.9")).hasToString(canonical);
        assertThat(Endpoint.of(canonical)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "rtmp://x:99999",
                "tcp://x:99999",
                "x:0",
                "x:-1",
                "x:+1",
                "x:19 35",
                "x",
                "fd00::1:1935",
                "http://a/b:1",
                "a b:1935",
                "tcp://",
                "tcp:",
                "udp:x",
                "sctp:0.0.0.0:8000"
            })
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> EndpointText.parse(text, Transport.TCP, "10.0.0.9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no endpoint");
    }
}
