package io.millrace.model.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginCredentialsTest {

    private static final Endpoint API = new Endpoint(Transport.TCP, "10.0.0.7", 1985);
    private static final Endpoint HTTP = new Endpoint(Transport.TCP, "10.0.0.7", 8080);

    @TempDir
    Path folder;

    private static Origin origin(String server, Endpoint api) {
        return new Origin(
                new OriginId("o-1"),
                server,
                api.host(),
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(Listener.API, List.of(api), Listener.HTTP, List.of(HTTP)),
                "",
                Map.of(),
                100,
                OriginState.UP,
                Admission.OPEN);
    }

    private Optional<Path> file(String content) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("auth"), content));
    }

    @Test
    void makesTheHeadersThatSrsWants() {
        assertThat(OriginCredentials.of(Optional.of("basic:admin:pass:word")).authorization(origin("a", API), API))
                .contains("Basic YWRtaW46cGFzczp3b3Jk");
        assertThat(OriginCredentials.of(Optional.of("bearer:t0ken")).authorization(origin("a", API), API))
                .contains("Bearer t0ken");
        assertThat(OriginCredentials.NONE.authorization(origin("a", API), API)).isEmpty();
    }

    @Test
    void givesNothingToAnEndpointThatIsNotTheApiOfThatOrigin() {
        OriginCredentials credentials = OriginCredentials.of(Optional.of("bearer:t0ken"));
        assertThat(credentials.authorization(origin("a", API), HTTP)).isEmpty();
        assertThat(credentials.authorization(origin("a", new Endpoint(Transport.TCP, "10.0.0.8", 1985)), API))
                .isEmpty();
    }

    @Test
    void linesOfAFileWinAndNameServersOrAddresses() throws IOException {
        OriginCredentials credentials = OriginCredentials.of(Optional.of("bearer:all"))
                .withFile(file("# secrets\n\nvid-1  bearer:one\n10.0.0.8 basic:u:p p\n"));
        Endpoint other = new Endpoint(Transport.TCP, "10.0.0.8", 1985);

        assertThat(credentials.authorization(origin("vid-1", API), API)).contains("Bearer one");
        assertThat(credentials.authorization(origin("vid-2", other), other)).contains("Basic dTpwIHA=");
        assertThat(credentials.authorization(origin("vid-2", API), API)).contains("Bearer all");
        assertThat(credentials.withFile(file("* bearer:others")).authorization(origin("vid-2", API), API))
                .contains("Bearer others");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "basic:s3cret",
                "basic::s3cret",
                "bearer:",
                "bearer:s3 cret",
                "Bearer s3cret",
                "bearer:s3cr\u00e9t"
            })
    void refusesWhatIsNoCredentialWithoutShowingIt(String text) throws IOException {
        assertThatThrownBy(() -> OriginCredentials.of(Optional.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3");
        Optional<Path> file = file("a bearer:x\nb " + text + "\n");
        assertThatThrownBy(() -> OriginCredentials.NONE.withFile(file))
                .satisfies(failure -> assertThat(OriginCredentials.mistake((Exception) failure))
                        .startsWith("line 2 is wrong")
                        .doesNotContain("s3"));
    }

    @Test
    void refusesAFileThatNamesSomebodyTwiceOrIsNotThere() throws IOException {
        Optional<Path> twice = file("a bearer:x\na bearer:y\n");
        assertThatThrownBy(() -> OriginCredentials.NONE.withFile(twice)).hasMessage("line 2");
        assertThatThrownBy(() -> OriginCredentials.NONE.withFile(Optional.of(folder.resolve("none"))))
                .satisfies(failure -> assertThat(OriginCredentials.mistake((Exception) failure))
                        .startsWith("it cannot be read ("));
    }

    @Test
    void showsNoSecret() {
        assertThat(OriginCredentials.of(Optional.of("bearer:s3cret"))).hasToString("credentials for all origins");
    }
}
