package io.millrace.control.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreChoiceTest {

    @ParameterizedTest
    @ValueSource(strings = {"memory", "Memory", " memory "})
    void takesMemory(String type) {
        assertThatCode(() -> StoreChoice.check(type)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "mesh", "memroy"})
    void endsTheStartForWhatDoesNotExist(String type) {
        assertThatThrownBy(() -> StoreChoice.check(type))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(
                        "PROXY_LOAD_BALANCER_TYPE (proxy.load.balancer.type) is '" + type
                                + "'; allowed is memory (redis and mesh do not exist yet, so there can be only one control plane)");
    }
}
