package io.millrace.model.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7:5000, 192.0.2.7",
        "192.0.2.7, 192.0.2.7",
        "[fd00::1]:5000, fd00::1",
        "[fd00::1], fd00::1",
        "fd00::1, fd00::1",
        "host.example:80, host.example",
        "unknown, unknown",
        ":80, ''",
        "'', ''",
    })
    void theHostIsWhatIsLeft(String shown, String host) {
        assertThat(AddressText.host(shown)).isEqualTo(host);
    }
}
