package io.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter does is in LogCleanerTest, that a process has it in FloodedControlPlaneIT. */
class OneLineLogTest {

    @ParameterizedTest
    @ValueSource(strings = {"control-plane", "data-plane"})
    void bothPlanesHaveItBeforeEveryHandler(String module) throws IOException {
        String properties = Files.readString(Path.of("..", module, "src/main/resources/application.properties"));
        for (String handler : new String[] {"console", "file", "syslog", "socket"}) {
            assertThat(properties).contains("quarkus.log." + handler + ".filter=one-line");
        }
    }
}
