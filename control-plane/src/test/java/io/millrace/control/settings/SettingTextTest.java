package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTextTest {

    @Test
    void readsWholeNumbersWithinTheirBounds() {
        assertThat(SettingText.number("millrace.events.kept", " 12 ", 1, 100)).isEqualTo(12);
        for (String wrong : List.of("", "x", "0", "101", "-1", "1.5", "99999999999")) {
            assertThatThrownBy(() -> SettingText.number("millrace.events.kept", wrong, 1, 100))
                    .hasMessage("MILLRACE_EVENTS_KEPT (millrace.events.kept) is '" + wrong
                            + "'; allowed is a whole number from 1 to 100");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "15s,15000",
        "1m30s,90000",
        "500ms,500",
        "15,15000",
        "PT15S,15000",
        "1.5s,1500",
        "1h,3600000",
        "' 2s ',2000"
    })
    void readsDurationsInEverySpelling(String text, long millis) {
        assertThat(SettingText.duration("a.b", text, Duration.ZERO, Duration.ofDays(1)))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "15x", "-1s", "s", "1s2", "PTx", "2d", "99999999999"})
    void namesVariableValueAndWhatIsAllowed(String text) {
        assertThatThrownBy(() -> SettingText.duration(
                        "millrace.registry.suspect-after", text, Duration.ofMillis(10), Duration.ofHours(24)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("MILLRACE_REGISTRY_SUSPECT_AFTER (millrace.registry.suspect-after) is '" + text
                        + "'; allowed is a duration from 10ms to 24h, such as 15s or 1m30s");
    }

    @Test
    void readsFlagsAsGoProgramsDo() {
        assertThat(SettingText.flag("a", "on")).isTrue();
        assertThat(SettingText.flag("a", "OFF")).isFalse();
        assertThatThrownBy(() -> SettingText.flag("a", "maybe")).hasMessageContaining("on or off");
    }

    @ParameterizedTest
    @CsvSource({
        "12025,127.0.0.1,12025",
        "0.0.0.0:12025,0.0.0.0,12025",
        ":12025,0.0.0.0,12025",
        "[::1]:80,::1,80",
        "host.example:0,host.example,0"
    })
    void readsListenAddresses(String text, String host, int port) {
        assertThat(ListenAddress.parse("a", text, "127.0.0.1")).isEqualTo(new ListenAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "65536", "-1", "::1:80", "a b:80", "host:", "1:2:3", "http://a:1"})
    void refusesWhatIsNoListenAddress(String text) {
        assertThatThrownBy(() -> ListenAddress.parse("proxy.system.api", text, "127.0.0.1"))
                .hasMessageStartingWith("PROXY_SYSTEM_API (proxy.system.api) is '" + text + "'; allowed is");
    }
}
