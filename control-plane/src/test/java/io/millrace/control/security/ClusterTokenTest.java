package io.millrace.control.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.control.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTokenTest {

    @Test
    void acceptsOnlyTheTokenAsBearer() {
        ClusterToken token = new ClusterToken("secret");
        assertThat(token.isIn("Bearer secret")).isTrue();
        assertThat(token.isIn("bearer secret")).isTrue();
        assertThat(Stream.of("", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret"))
                .noneMatch(token::isIn);
        assertThat(token.isIn(null)).isFalse();
    }

    @Test
    void refusesATokenThatNoHeaderCarries() {
        for (String bad : List.of("", "two words", "line\nbreak", "umlaut-\u00fc", "x".repeat(1_025))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ClusterToken(bad));
        }
    }

    @Test
    void neverShowsTheToken() {
        assertThat(new ClusterToken("secret").toString()).doesNotContain("secret");
    }

    @Test
    void createsOneFileForAllWhoStartAtOnce(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("data").resolve("cluster-token");
        Callable<String> reader = () -> new TokenFile(file, new SecureRandom()).readOrCreate();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<String> tokens = threads
                    .invokeAll(Stream.generate(() -> reader).limit(8).toList())
                    .stream()
                    .map(Future::resultNow)
                    .distinct()
                    .toList();
            assertThat(tokens).singleElement().asString().matches("[0-9a-f]{64}");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(folder.resolve("data"))) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void readsTheFileThatIsThere(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("cluster-token");
        Files.writeString(file, "  mine\n");
        assertThat(new TokenFile(file, new SecureRandom()).readOrCreate()).isEqualTo("mine");
    }

    @Test
    void logsARefusedSourceOncePerMinute() {
        MovableClock clock = new MovableClock();
        RefusedCallers refused = new RefusedCallers(clock);
        assertThat(refused.refused("192.0.2.1", "GET x")).isTrue();
        assertThat(refused.refused("192.0.2.1", "GET x")).isFalse();
        assertThat(refused.refused("192.0.2.2", "GET x")).isTrue();
        clock.advance(Duration.ofSeconds(59));
        assertThat(refused.refused("192.0.2.1", "GET x")).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(refused.refused("192.0.2.1", "GET x")).isTrue();
        assertThat(refused.total()).isEqualTo(5);
    }

    @Test
    void boundsTheLinesOfManySources() {
        MovableClock clock = new MovableClock();
        RefusedCallers refused = new RefusedCallers(clock);
        long lines = Stream.iterate(0, i -> i + 1)
                .limit(100_000)
                .filter(i -> refused.refused("source " + i, "GET x"))
                .count();
        assertThat(lines).isEqualTo(RefusedCallers.MAX_SOURCES);
        clock.advance(Duration.ofMinutes(1));
        assertThat(refused.refused("another", "GET x")).isTrue();
    }
}
