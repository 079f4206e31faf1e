package io.millrace.worker.srt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.admin.TestClock;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SynCookiesTest {

    private final TestClock clock = new TestClock();
    private final SynCookies cookies = new SynCookies(ClusterToken.of("secret-0123456789abcdef-0123456789"), clock);
    private final InetSocketAddress caller = new InetSocketAddress("10.0.0.1", 5_000);

    @Test
    void areGoodForTheirCallerAlone() {
        int cookie = cookies.bake(caller);

        assertThat(cookies.isOurs(caller, cookie)).isTrue();
        assertThat(cookies.isOurs(caller, cookie + 1)).isFalse();
        assertThat(cookies.isOurs(caller, 0)).isFalse();
        assertThat(cookies.isOurs(new InetSocketAddress("10.0.0.1", 5_001), cookie))
                .isFalse();
        assertThat(cookies.isOurs(new InetSocketAddress("10.0.0.2", 5_000), cookie))
                .isFalse();
        assertThat(cookies.isOurs(new InetSocketAddress("fd00::1", 5_000), cookie))
                .isFalse();
    }

    @Test
    void areGoodInTheSlotAfterAndNoLonger() {
        int cookie = cookies.bake(caller);

        clock.advance(SynCookies.SLOT);
        assertThat(cookies.isOurs(caller, cookie)).isTrue();
        clock.advance(SynCookies.SLOT);
        assertThat(cookies.isOurs(caller, cookie)).isFalse();
    }

    @Test
    void areTheSameOnEveryWorkerOfAClusterAndOnNoOther() {
        int cookie = cookies.bake(caller);

        assertThat(new SynCookies(ClusterToken.of("secret-0123456789abcdef-0123456789"), clock).isOurs(caller, cookie))
                .isTrue();
        assertThat(new SynCookies(ClusterToken.of("other-0123456789abcdef-0123456789"), clock).isOurs(caller, cookie))
                .isFalse();
    }

    @Test
    void areNoConstant() {
        Set<Integer> seen = new HashSet<>();
        for (int port = 1; port <= 1_000; port++) {
            seen.add(cookies.bake(new InetSocketAddress("10.0.0.1", port)));
        }
        assertThat(seen).hasSizeGreaterThan(990);
    }
}
