package io.millrace.worker.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateTest {

    private static Candidate read(String value) {
        return Candidate.parse(value).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1467250027 1 udp 2122260223 192.0.2.33 51472 typ host generation 0 network-id 1 network-cost 10",
                "0 1 UDP 2122252543 b3a1ffd5.local 44712 typ host",
                "1 1 TCP 2105524479 192.0.2.1 9 typ host tcptype active",
                "2 2 UDP 0 2001:db8::33 0 typ relay raddr :: rport 0",
                "Hc0a80101 1 udp 4294967295 fd00::1 65535 typ srflx raddr 10.0.0.1 rport 5 tcptype so x y",
            })
    void writesWhatItRead(String value) {
        assertThat(read(value)).hasToString(value);
    }

    @Test
    void knowsEveryField() {
        Candidate one =
                read("842163049 1 tcp 1677729535 203.0.113.5 51472 typ srflx raddr 192.0.2.33 rport 40 tcptype passive"
                        + " generation 0 ufrag x");
        assertThat(one.foundation()).isEqualTo("842163049");
        assertThat(one.component()).isEqualTo(1);
        assertThat(one.priority()).isEqualTo(1_677_729_535L);
        assertThat(one.isTcp()).isTrue();
        assertThat(one.isUdp()).isFalse();
        assertThat(one.address()).isEqualTo("203.0.113.5");
        assertThat(one.port()).isEqualTo(51_472);
        assertThat(one.type()).isEqualTo("srflx");
        assertThat(one.relatedAddress()).contains("192.0.2.33");
        assertThat(one.relatedPort()).contains(40);
        assertThat(one.tcpType()).contains("passive");
        assertThat(one.extras()).contains(new Candidate.Extra("ufrag", "x"));
    }

    @Test
    void tellsAddressesFromNames() {
        assertThat(read("1 1 udp 1 2001:db8::1 1 typ host").isIpv6()).isTrue();
        assertThat(read("1 1 udp 1 2001:db8::1 1 typ host").isIp()).isTrue();
        assertThat(read("1 1 udp 1 10.0.0.1 1 typ host").isIp()).isTrue();
        Candidate hidden = read("1 1 udp 1 6d0cdb4b-8d0f.LOCAL 1 typ host");
        assertThat(hidden.isIp()).isFalse();
        assertThat(hidden.isMdns()).isTrue();
    }

    @Test
    void takesTheFormOfScriptsToo() {
        assertThat(Candidate.parse("candidate:1 1 udp 1 10.0.0.1 1 typ host")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 1 udp 1 10.0.0.1 1 typ",
                "1 1 udp 1 10.0.0.1 1 type host",
                "1 1 udp 1 10.0.0.1 1 typ host raddr",
                "1 x udp 1 10.0.0.1 1 typ host",
                "1 1 udp 4294967296 10.0.0.1 1 typ host",
                "1 1 udp -1 10.0.0.1 1 typ host",
                "1 1 udp 1 10.0.0.1 65536 typ host",
                "1 1 udp 99999999999999999999 10.0.0.1 1 typ host",
            })
    void refusesWhatIsNone(String value) {
        assertThat(Candidate.parse(value)).isEmpty();
    }

    @Test
    void itsExtrasCannotBeChanged() {
        List<Candidate.Extra> extras = new java.util.ArrayList<>();
        Candidate one = new Candidate("1", 1, "udp", 1, "10.0.0.1", 1, "host", extras);
        extras.add(new Candidate.Extra("a", "b"));
        assertThat(one.extras()).isEmpty();
    }
}
