package io.millrace.model.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.address.Networks;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsAccessTest {

    private static final String TOKEN = "0123456789abcdef";

    @Test
    void anAllowedAddressNeedsNoTokenAndAnotherNeedsTheRightOne() {
        MetricsAccess access = new MetricsAccess(Networks.parse("127.0.0.1"), Optional.of(TOKEN));
        assertThat(access.allows("127.0.0.1", null)).isTrue();
        assertThat(access.allows("203.0.113.7", null)).isFalse();
        assertThat(access.allows("203.0.113.7", "Bearer " + TOKEN)).isTrue();
        assertThat(access.allows("203.0.113.7", "bearer " + TOKEN)).isTrue();
        assertThat(access.allows("203.0.113.7", "Bearer " + TOKEN + "0")).isFalse();
        assertThat(access.allows("203.0.113.7", TOKEN)).isFalse();
        assertThat(access.toString()).doesNotContain(TOKEN);
    }

    @Test
    void withoutATokenNoneIsRight() {
        MetricsAccess access = new MetricsAccess(Networks.NONE, Optional.empty());
        assertThat(access.allows("127.0.0.1", "Bearer ")).isFalse();
        assertThat(access.allows("127.0.0.1", "Bearer null")).isFalse();
    }
}
