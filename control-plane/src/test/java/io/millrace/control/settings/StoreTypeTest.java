package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTypeTest {

    @ParameterizedTest
    @ValueSource(strings = {"memory", "Memory", " memory "})
    void takesMemory(String type) {
        assertThatCode(() -> StoreType.check(type)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "mesh", "memroy"})
    void endsTheStartForWhatDoesNotExist(String type) {
        assertThatThrownBy(() -> StoreType.check(type))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(
                        "PROXY_LOAD_BALANCER_TYPE (proxy.load.balancer.type) is '" + type
                                + "'; allowed is memory (redis and mesh do not exist yet, so there can be only one control plane)");
    }
}
