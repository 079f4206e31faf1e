package io.millrace.control.registry.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

    @ParameterizedTest
    @CsvSource({"300s,300", "5m,300", "1m30s,90", "20s,20"})
    void srsProxysTimeToLiveCounts(String text, int seconds) {
        RegistrySettings settings = settings(text, "30s", "15s");
        assertThat(settings.timeToLive()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(settings.suspectAfter()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void suspicionComesNoLaterThanSrsProxysTimeToLive() {
        RegistrySettings settings = settings("10s", "30s", "15s");
        assertThat(settings.timeToLive()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.suspectAfter()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void withoutItOrEmptyOursCounts() {
        assertThat(settings(null, "40s", "15s").timeToLive()).isEqualTo(Duration.ofSeconds(40));
        assertThat(settings("", "40s", "15s").timeToLive()).isEqualTo(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "-5s", "soon", "5 m", "1ns", "25h"})
    void whatMakesNoSenseNamesTheVariable(String text) {
        assertThatThrownBy(() -> settings(text, "30s", "15s"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(
                        "PROXY_ORIGIN_SERVER_TTL (proxy.origin.server.ttl) is '" + text + "'; allowed is")
                .hasMessageNotContaining("\n");
    }

    @Test
    void ourOwnTimesMustFitEachOther() {
        assertThatThrownBy(() -> settings(null, "10s", "15s"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("MILLRACE_REGISTRY_TIME_TO_LIVE");
    }

    private static RegistrySettings settings(@Nullable String ofSrsProxy, String timeToLive, String suspectAfter) {
        return RegistrySettings.of(
                new RegistrySettings.Text() {
                    @Override
                    public String suspectAfter() {
                        return suspectAfter;
                    }

                    @Override
                    public String timeToLive() {
                        return timeToLive;
                    }

                    @Override
                    public String forgetAfter() {
                        return "1h";
                    }

                    @Override
                    public String refusalHold() {
                        return "5s";
                    }

                    @Override
                    public String probeInterval() {
                        return "3s";
                    }

                    @Override
                    public String probeTimeout() {
                        return "2s";
                    }
                },
                () -> Optional.ofNullable(ofSrsProxy));
    }
}
