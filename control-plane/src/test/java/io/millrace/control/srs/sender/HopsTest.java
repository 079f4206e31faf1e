package io.millrace.control.srs.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.address.Networks;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopsTest {

    private static final Networks PRIVATE = Networks.parse("127.0.0.0/8,10.0.0.0/8");

    @Test
    void aProxyInAnAllowedNetworkBringsNobodyElseIn() {
        assertThat(new Hops("10.0.0.1", List.of(), false).areIn(PRIVATE)).isTrue();
        assertThat(new Hops("10.0.0.1", List.of("10.2.0.1", "10.3.0.1"), false).areIn(PRIVATE))
                .isTrue();
        assertThat(new Hops("10.0.0.1", List.of("203.0.113.9"), false).areIn(PRIVATE))
                .isFalse();
        // What a client writes in front does not help it.
        assertThat(new Hops("10.0.0.1", List.of("10.2.0.1", "203.0.113.9"), false).areIn(PRIVATE))
                .isFalse();
        assertThat(new Hops("10.0.0.1", List.of("for=10.0.0.2"), false).areIn(PRIVATE))
                .isFalse();
        assertThat(new Hops("10.0.0.1", List.of("unknown"), false).areIn(PRIVATE))
                .isFalse();
        assertThat(new Hops("203.0.113.9", List.of("10.0.0.2"), false).areIn(PRIVATE))
                .isFalse();
    }

    @Test
    void thisMachineIsLoopbackByWhicheverAddressItCalls() {
        assertThat(new Hops("203.0.113.9", List.of(), true).areIn(PRIVATE)).isTrue();
        assertThat(new Hops("203.0.113.9", List.of(), true).areIn(Networks.parse("10.0.0.0/8")))
                .isFalse();
        assertThat(new Hops("127.0.0.1", List.of(), true).areIn(Networks.NONE)).isFalse();
    }
}
