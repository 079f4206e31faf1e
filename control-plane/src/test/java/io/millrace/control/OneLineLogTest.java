package io.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(QuickWindow.class)
class OneLineLogTest {

    @Test
    void theConsoleWritesNothingThatHasNotPassedIt() {
        assertThat(handlers(LogContext.getLogContext().getLogger("").getHandlers()))
                .filteredOn(ConsoleHandler.class::isInstance)
                .isNotEmpty()
                .allSatisfy(console -> assertThat(console.getFilter()).isInstanceOf(OneLineLog.class));
    }

    private static Stream<Handler> handlers(Handler[] all) {
        return Arrays.stream(all)
                .flatMap(handler -> handler instanceof ExtHandler ext
                        ? Stream.concat(Stream.of(handler), handlers(ext.getHandlers()))
                        : Stream.of(handler));
    }

    @ParameterizedTest
    @ValueSource(strings = {"control-plane", "data-plane"})
    void bothPlanesHaveItBeforeEveryHandler(String module) throws IOException {
        String properties = Files.readString(Path.of("..", module, "src/main/resources/application.properties"));
        for (String handler : new String[] {"console", "file", "syslog", "socket"}) {
            assertThat(properties).contains("quarkus.log." + handler + ".filter=one-line");
        }
    }
}
