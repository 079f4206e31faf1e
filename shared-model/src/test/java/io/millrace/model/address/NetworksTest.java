package io.millrace.model.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    private static final Networks NETWORKS = Networks.parse("10.32.0.0/11, 192.0.2.7,fd00:1::/33");

    @ParameterizedTest
    @CsvSource({
        "10.32.0.0, true",
        "10.63.255.255, true",
        "10.31.255.255, false",
        "10.64.0.0, false",
        "192.0.2.7, true",
        "192.0.2.8, false",
        "fd00:1:7fff::1, true",
        "fd00:1:8000::1, false",
        "::ffff:192.0.2.7, true",
        "::10.32.0.1, false",
        "192.0.2.7.example.org, false",
        "origin.example.org, false",
        "10.32.1, false",
        "171966465, false"
    })
    void anAddressLiesInANetworkByItsFirstBits(String host, boolean inside) {
        assertThat(NETWORKS.contain(host)).isEqualTo(inside);
    }

    @Test
    void everythingAndNothing() {
        assertThat(Networks.parse("0.0.0.0/0").contain("203.0.113.9")).isTrue();
        assertThat(Networks.parse("0.0.0.0/0").contain("fd00::1")).isFalse();
        assertThat(Networks.parse(" none ").contain("203.0.113.9")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10/8",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "host.example.org/8",
                "10.0.0.0/8,",
                "fd00::/129",
                ""
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Networks.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anAddressIsNamedOnlyWhereItStandsByItself() throws UnknownHostException {
        assertThat(NETWORKS.name(InetAddress.getByName("192.0.2.7"))).isTrue();
        assertThat(NETWORKS.name(InetAddress.getByName("10.32.0.0"))).isFalse();
    }
}
