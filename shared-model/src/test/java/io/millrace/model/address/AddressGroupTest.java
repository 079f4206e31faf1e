package io.millrace.model.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressGroupTest {

    @Test
    void anIpv4AddressStandsForItself() {
        assertThat(AddressGroup.of("192.0.2.7")).isEqualTo("192.0.2.7").isNotEqualTo(AddressGroup.of("192.0.2.8"));
        assertThat(AddressGroup.of("::ffff:192.0.2.7")).isEqualTo("192.0.2.7");
    }

    @Test
    void addressesOfOneIpv6NetworkAreOne() {
        assertThat(AddressGroup.of("2001:db8:0:1::7"))
                .isEqualTo(AddressGroup.of("2001:db8:0:1:ffff::8"))
                .isNotEqualTo(AddressGroup.of("2001:db8:0:2::7"));
        assertThat(AddressGroup.of("fe80::1%eth0")).isEqualTo(AddressGroup.of("fe80::2"));
    }

    @Test
    void whatIsNoAddressStandsForItself() {
        assertThat(AddressGroup.of("unknown")).isEqualTo("unknown");
        assertThat(AddressGroup.of("not:an:address")).isEqualTo("not:an:address");
    }
}
