package io.millrace.model.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "192.0.2.7/24, 192.0.2.0/24",
        "255.255.255.255/1, 128.0.0.0/1",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "2001:db8:ffff::1/33, 2001:db8:8000:0:0:0:0:0/33",
        "2001:db8::ffff:1/120, 2001:db8:0:0:0:0:ffff:0/120",
        "::/0, 0:0:0:0:0:0:0:0/0",
        "::ffff:192.0.2.7, 192.0.2.7",
        "fe80::1%eth0, fe80:0:0:0:0:0:0:1"
    })
    void isWrittenWithoutTheBitsThatDoNotCount(String text, String written) {
        assertThat(Network.parse(text)).hasToString(written);
        assertThat(Network.parse(written)).isEqualTo(Network.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.example.com",
                "192.0.2",
                "192.0.2.300",
                "192.0.2.7/33",
                "192.0.2.7/",
                "192.0.2.7/-1",
                "192.0.2.7/24/8",
                "2001:db8::/129",
                "1"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.0/25, 192.0.2.128, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 203.0.113.9, false",
        "192.0.2.0/24, ::ffff:192.0.2.9, true",
        "2001:db8::/64, 2001:db8::ffff:0:0:1, true",
        "2001:db8::/64, 2001:db8:0:1::1, false",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "2001:db8::1, 2001:db8::1, true",
        "192.0.2.0/24, 192.0.2.0/25, true",
        "192.0.2.0/25, 192.0.2.0/24, false"
    })
    void containsWhatBeginsAlike(String network, String other, boolean contains) {
        assertThat(Network.parse(network).contains(Network.parse(other))).isEqualTo(contains);
    }

    @Test
    void namesAreNoAddress() {
        assertThat(Network.address("localhost")).isEmpty();
        assertThat(Network.address("203.0.113.7:5000")).isEmpty();
        assertThat(Network.address("203.0.113.7")).contains(Network.parse("203.0.113.7"));
    }
}
