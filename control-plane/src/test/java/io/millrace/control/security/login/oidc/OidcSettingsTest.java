package io.millrace.control.security.login.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.start.CannotStartException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OidcSettingsTest {

    private static final Map<String, String> ENOUGH = Map.of(
            "millrace.oidc.url", "https://login.example.com/realms/media/",
            "millrace.oidc.client-id", "console",
            "millrace.oidc.client-secret", "not to be seen");

    @TempDir
    private Path folder;

    @Test
    void threeSettingsAreEnough() {
        OidcSettings settings = with(Map.of());
        assertThat(settings.url()).isEqualTo("https://login.example.com/realms/media");
        assertThat(settings.nameClaim()).isEqualTo("preferred_username");
        assertThat(settings.audience()).isNull();
        assertThat(settings.roleOf(List.of("operator", "viewer"))).isEqualTo("operator");
        assertThat(settings.roleOf(List.of("root"))).isNull();
        assertThat(settings.overTls()).isFalse();
    }

    @Test
    void theSecretMayStandInAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "of the file\n");
        assertThat(with(Map.of("millrace.oidc.client-secret", "", "millrace.oidc.client-secret-file", file.toString()))
                        .secret())
                .isEqualTo("of the file");
    }

    @Test
    void theSecretIsInNoText() {
        assertThat(with(Map.of())).hasToString("provider https://login.example.com/realms/media");
        assertThatThrownBy(() -> with(Map.of("millrace.oidc.client-secret-file", "/somewhere")))
                .isInstanceOf(CannotStartException.class)
                .hasMessageNotContaining("not to be seen");
    }

    @Test
    void aValueOfTheClaimMayHoldAnEqualsSign() {
        OidcSettings settings = with(Map.of("millrace.oidc.roles", "cn=media=admin, staff=viewer"));
        assertThat(settings.roleOf(List.of("staff", "cn=media"))).isEqualTo("admin");
    }

    @Test
    void whatIsMissingIsNamed() {
        refused("MILLRACE_OIDC_URL", Map.of("millrace.oidc.url", ""));
        refused("MILLRACE_OIDC_CLIENT_ID", Map.of("millrace.oidc.client-id", ""));
        refused("MILLRACE_OIDC_CLIENT_SECRET", Map.of("millrace.oidc.client-secret", ""));
        refused(
                "MILLRACE_OIDC_CLIENT_SECRET_FILE",
                Map.of("millrace.oidc.client-secret", "x", "millrace.oidc.client-secret-file", "y"));
        refused(
                "MILLRACE_OIDC_CLIENT_SECRET_FILE",
                Map.of("millrace.oidc.client-secret", "", "millrace.oidc.client-secret-file", "/no/such/file"));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        refused("MILLRACE_OIDC_URL", Map.of("millrace.oidc.url", "login.example.com"));
        refused("MILLRACE_OIDC_URL", Map.of("millrace.oidc.url", "http://login.example.com"));
        refused("MILLRACE_OIDC_URL", Map.of("millrace.oidc.url", "https://user:secret@login.example.com"));
        refused("MILLRACE_OIDC_ROLES", Map.of("millrace.oidc.roles", "admin"));
        refused("MILLRACE_OIDC_ROLES", Map.of("millrace.oidc.roles", "staff=root"));
        refused("MILLRACE_OIDC_AUDIENCE", Map.of("millrace.oidc.audience", "console"));
        refused("MILLRACE_OIDC_REDIRECT_URL", Map.of("millrace.oidc.redirect-url", "https://console.example.com/"));
    }

    @Test
    void aProviderOnThisMachineNeedsNoTls() {
        assertThat(with(Map.of("millrace.oidc.url", "http://127.0.0.1:8080")).url())
                .isEqualTo("http://127.0.0.1:8080");
        assertThat(with(Map.of("millrace.oidc.url", "http://[::1]:8080")).url()).isEqualTo("http://[::1]:8080");
    }

    @Test
    void behindAProxyThatEndsTlsTheAddressIsNamed() {
        assertThat(with(Map.of("millrace.oidc.redirect-url", "https://console.example.com/api/v1/login/oidc"))
                        .overTls())
                .isTrue();
    }

    private static void refused(String variable, Map<String, String> changes) {
        assertThatThrownBy(() -> with(changes))
                .as(changes.toString())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(variable);
    }

    private static OidcSettings with(Map<String, String> changes) {
        Map<String, String> all = new HashMap<>(ENOUGH);
        all.putAll(changes);
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder().withMapping(OidcSettings.Text.class);
        all.forEach(config::withDefaultValue);
        return OidcSettings.of(config.build().getConfigMapping(OidcSettings.Text.class));
    }
}
