package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTypeTest {

    @ParameterizedTest
    @ValueSource(strings = {"memory", "Memory", " memory ", "redis", "Redis"})
    void takesWhatThereIs(String type) {
        assertThat(StoreType.of(type).word()).isEqualToIgnoringCase(type.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "etcd", "memroy"})
    void endsTheStartForWhatDoesNotExist(String type) {
        assertThatThrownBy(() -> StoreType.of(type))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(
                        "PROXY_LOAD_BALANCER_TYPE (proxy.load.balancer.type) is '" + type + "'; allowed is memory");
    }
}
