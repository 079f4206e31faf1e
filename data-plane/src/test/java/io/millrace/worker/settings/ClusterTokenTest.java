package io.millrace.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTokenTest {

    @Test
    void whoeverComesSecondReadsWhatTheFirstWrote(@TempDir Path folder) throws IOException {
        Path shared = folder.resolve("data");
        ClusterToken first = ClusterToken.load(Optional.empty(), shared);
        ClusterToken second = ClusterToken.load(Optional.empty(), shared);

        assertThat(second.authorization()).isEqualTo(first.authorization()).matches("Bearer [0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared.resolve("cluster-token"))))
                .isEqualTo("rw-------");
        assertThat(shared).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void refusesAnEmptyFile(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("cluster-token"));

        assertThatThrownBy(() -> ClusterToken.load(Optional.empty(), folder)).hasMessageContaining("is empty");
    }

    @Test
    void acceptsOnlyItselfAndIsNotPrinted() {
        ClusterToken token = new ClusterToken("secret");

        assertThat(token.accepts("Bearer secret")).isTrue();
        assertThat(token.accepts("Bearer secret2")).isFalse();
        assertThat(token.accepts("secret")).isFalse();
        assertThat(token.accepts(null)).isFalse();
        assertThat(token).asString().doesNotContain("secret");
    }
}
