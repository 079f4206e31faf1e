package io.millrace.control.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.77:50112, 203.0.113.0/24",
        "203.0.113.77, 203.0.113.0/24",
        "[2001:db8:1:2::3]:50112, 2001:db8:1:0:0:0:0:0/48",
        "2001:db8:1:2::3, 2001:db8:1:0:0:0:0:0/48",
        "[fe80::1%eth0]:1, fe80:0:0:0:0:0:0:0/48",
        "[::ffff:203.0.113.77]:5, 203.0.113.0/24",
        "::ffff:203.0.113.77, 203.0.113.0/24",
        "unix:/run/a-socket, hidden",
        "alice.example.com:80, hidden",
        "[203.0.113.77, hidden",
        "'', hidden",
    })
    void ofAnAddressOnlyTheNetworkIsShown(String address, String shown) {
        assertThat(ClientAddresses.masked(address)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session of 203.0.113.77:5 on v/app/s ends | session of 203.0.113.0/24:5 on v/app/s ends",
                "srs-api 203.0.113.77 | srs-api 203.0.113.0/24",
                "ends: 203.0.113.77. | ends: 203.0.113.0/24.",
                "network=203.0.113.77 streams=*/*/* | network=203.0.113.0/24 streams=*/*/*",
                "network=203.0.113.128/25 streams=* | network=203.0.113.0/24 streams=*",
                "network=203.0.0.0/16 streams=* | network=203.0.0.0/16 streams=*",
                "network=2001:db8:1:2:3:4:5:6 x | network=2001:db8:1:0:0:0:0:0/48 x",
                "network=2001:db8::/32 x | network=2001:db8:0:0:0:0:0:0/32 x",
                "network=2001:db8:1:2::/64 x | network=2001:db8:1:0:0:0:0:0/48 x",
                "of [2001:db8:1:2::3]:5 on a | of [2001:db8:1:0:0:0:0:0/48]:5 on a",
                "of fe80:0:0:1::9%eth0 on a | of fe80:0:0:0:0:0:0:0/48 on a",
                "client 2001:db8:1:2::3: gone | client 2001:db8:1:0:0:0:0:0/48: gone",
                "::ffff:203.0.113.77 left | 203.0.113.0/24 left",
                "at 2026-12-01T10:13:44.123Z by b-1f2e3d4c5b6a | at 2026-12-01T10:13:44.123Z by b-1f2e3d4c5b6a",
                "version 7.0.12, 4 of 5 | version 7.0.12, 4 of 5",
            })
    void inATextEveryAddressIsMasked(String text, String shown) {
        assertThat(ClientAddresses.maskedIn(text)).isEqualTo(shown);
    }
}
