package io.millrace.worker.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncedAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, 0",
        "192.0.2.7:8000, 192.0.2.7, 8000",
        "2001:db8::7, 2001:db8::7, 0",
        "[2001:db8::7], 2001:db8::7, 0",
        "[2001:db8::7]:443, 2001:db8::7, 443",
        "' 192.0.2.7 ', 192.0.2.7, 0",
    })
    void readsIpAndPort(String text, String ip, int port) {
        assertThat(AnnouncedAddress.parse(text)).contains(new AnnouncedAddress(ip, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "media.example.com",
                "media.example.com:8000",
                "192.0.2.7:0",
                "192.0.2.7:65536",
                "192.0.2.7:",
                "192.0.2",
                "[192.0.2.7]:8000",
                "fe80::1%eth0",
                "[fe80::1%eth0]:1",
                "2001:db8::7:80:",
                "192.0.2.7 8000",
                "192.0.2.7\r\na=x",
            })
    void refusesWhatIsNone(String text) {
        assertThat(AnnouncedAddress.parse(text)).isEmpty();
    }

    @Test
    void tellsIpv6() {
        assertThat(new AnnouncedAddress("::1", 1).isIpv6()).isTrue();
        assertThat(new AnnouncedAddress("127.0.0.1", 1).isIpv6()).isFalse();
    }
}
