package io.millrace.control.store.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.ListenAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshSettingsTest {

    @Test
    void aListSaysHowManyThereAre() {
        MeshSettings settings =
                MeshSettings.of(Optional.of("a:7800, b:7801,[::1]:7802"), "127.0.0.1:7800", Optional.empty());
        assertThat(settings.peers())
                .containsExactly(
                        new ListenAddress("a", 7800), new ListenAddress("b", 7801), new ListenAddress("::1", 7802));
        assertThat(settings.size()).isEqualTo(3);
        assertThat(settings.host()).isEqualTo("127.0.0.1");
    }

    @Test
    void aNameNeedsTheSize() {
        Optional<String> name = Optional.of("dns:planes.millrace.svc");
        MeshSettings settings = MeshSettings.of(name, "7900", Optional.of("3"));
        assertThat(settings.dnsName()).contains("planes.millrace.svc");
        assertThat(settings.dnsPort()).isEqualTo(7900);
        assertThat(settings.size()).isEqualTo(3);
        assertThatThrownBy(() -> MeshSettings.of(name, "7900", Optional.empty()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("MILLRACE_MESH_SIZE");
    }

    @Test
    void oneAloneNeedsNoPeersAndSaysSo() {
        MeshSettings settings = MeshSettings.of(Optional.empty(), "7800", Optional.of("1"));
        assertThat(settings.peers()).isEqualTo(List.of());
        assertThatThrownBy(() -> MeshSettings.of(Optional.empty(), "7800", Optional.empty()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("MILLRACE_MESH_PEERS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:0", "a:1,", "a:1,a:1", ":7800", "dns:", "dns:a:b", "dns:a:1:2", "a b:7800"})
    void refusesPeersThatMakeNoSense(String peers) {
        assertThatThrownBy(() -> MeshSettings.of(Optional.of(peers), "7800", Optional.of("3")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("MILLRACE_MESH_PEERS");
    }

    @Test
    void refusesAPortThatNobodyKnows() {
        assertThatThrownBy(() -> MeshSettings.of(Optional.of("a:1"), "0", Optional.empty()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("MILLRACE_MESH_LISTEN");
    }
}
