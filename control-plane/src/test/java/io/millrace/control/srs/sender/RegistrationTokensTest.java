package io.millrace.control.srs.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.start.CannotStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTokensTest {

    @TempDir
    private Path folder;

    private record Variables(String enabled, Optional<String> type, Optional<String> token)
            implements RegistrationTokens.OfSrsProxy {}

    private static RegistrationTokens of(
            String enabled, @Nullable String type, @Nullable String token, @Nullable Path file) {
        return RegistrationTokens.of(
                new Variables(enabled, Optional.ofNullable(type), Optional.ofNullable(token)),
                Optional.ofNullable(file).map(Path::toString));
    }

    @Test
    void offNeedsNoneWhateverElseIsSet() {
        assertThat(of("off", null, null, null).required()).isFalse();
        assertThat(of("off", "basic", "secret", null).required()).isFalse();
        assertThat(of("off", "bearer", "secret", null).include("secret")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "ON", "yes", "false", "On", " on"})
    void whatSrssProxyWouldTakeForOffDoesNotStart(String enabled) {
        assertThatThrownBy(() -> of(enabled, "bearer", "secret", null))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("PROXY_HTTP_API_AUTH_ENABLED")
                .hasMessageContaining("on or off");
    }

    @ParameterizedTest
    @CsvSource({
        ",secret,PROXY_HTTP_API_AUTH_TYPE is required",
        "basic,secret,only supports bearer",
        "Bearer,secret,only supports bearer",
        "bearer,,PROXY_HTTP_API_AUTH_TOKEN is required"
    })
    void startErrorsHaveSrssWordsAndNoSecret(@Nullable String type, @Nullable String token, String message) {
        assertThatThrownBy(() -> of("on", type, token, null))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("secret")
                .doesNotContain("\n");
    }

    @Test
    void aFileWithoutTheSwitchDoesNotStart() throws IOException {
        Path file = write("one");
        assertThatThrownBy(() -> of("off", null, null, file))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(
                        "MILLRACE_REGISTRATION_TOKENS_FILE is set, and PROXY_HTTP_API_AUTH_ENABLED is off");
    }

    @Test
    void onlyTheWholeTokenCounts() {
        RegistrationTokens tokens = of("on", "bearer", "tokén with spaces", null);
        assertThat(tokens.required()).isTrue();
        // As Netty gives it.
        String sent = new String("tokén with spaces".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(tokens.include(sent)).isTrue();
        for (String wrong : new String[] {"", "tok", sent + "x", sent.toUpperCase(java.util.Locale.ROOT), " " + sent}) {
            assertThat(tokens.include(wrong)).as(wrong).isFalse();
        }
        assertThat(tokens.toString()).doesNotContain("spaces");
    }

    @Test
    void tokensOfTheFileAreExchangedWithoutARestart() throws IOException {
        Path file = write("# those of this year\none\n\n  two  \n");
        RegistrationTokens tokens = of("on", "bearer", "first", file);
        assertThat(tokens.include("first")).isTrue();
        assertThat(tokens.include("one")).isTrue();
        assertThat(tokens.include("two")).isTrue();
        assertThat(tokens.include("# those of this year")).isFalse();

        write("two\nthree\n");
        tokens.readAgain();
        assertThat(tokens.include("one")).isFalse();
        assertThat(tokens.include("two")).isTrue();
        assertThat(tokens.include("three")).isTrue();

        Files.delete(file);
        tokens.readAgain();
        assertThat(tokens.include("three")).isTrue();
        write("\n");
        tokens.readAgain();
        assertThat(tokens.include("three")).isTrue();
    }

    @Test
    void aFileThatMakesNoSenseDoesNotStart() throws IOException {
        assertThatThrownBy(() -> of("on", "bearer", null, folder.resolve("missing")))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("MILLRACE_REGISTRATION_TOKENS_FILE")
                .hasMessageContaining("cannot be read");
        Path empty = write("# nothing\n");
        assertThatThrownBy(() -> of("on", "bearer", null, empty)).hasMessageContaining("0 tokens");
        Path many = write("secret\n".repeat(RegistrationTokens.MAX_TOKENS + 1));
        assertThatThrownBy(() -> of("on", "bearer", null, many))
                .hasMessageContaining("allowed are 1 to")
                .message()
                .doesNotContain("secret");
        Path large = write("x".repeat(70_000));
        assertThatThrownBy(() -> of("on", "bearer", null, large)).hasMessageContaining("longer than");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("tokens"), text);
    }
}
