package io.millrace.model.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.millrace.model.settings.SecretFile.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

    @TempDir
    private Path folder;

    private static Content read(Path dataDir) throws IOException {
        return SecretFile.readOrCreate(dataDir, SecretFile.CLUSTER_TOKEN, new SecureRandom());
    }

    @Test
    void createsOneFileForAllWhoStartAtOnce() throws Exception {
        Path dataDir = folder.resolve("data");
        Callable<Content> reader = () -> read(dataDir);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Content> contents = threads
                    .invokeAll(Stream.generate(() -> reader).limit(8).toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
            assertThat(contents.stream().map(Content::token).distinct())
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{64}");
            assertThat(contents).filteredOn(Content::created).hasSize(1);
        }
        Path file = dataDir.resolve("cluster-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(dataDir)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void readsTheFileThatIsThere() throws IOException {
        Files.writeString(folder.resolve("cluster-token"), "  mine\n");
        assertThat(read(folder).token()).isEqualTo("mine");
        assertThat(read(folder).created()).isFalse();
    }

    @Test
    void refusesAFileThatHoldsNoToken() throws IOException {
        Path file = folder.resolve("cluster-token");
        Files.createFile(file);
        assertThatIOException().isThrownBy(() -> read(folder)).withMessageContaining("is empty");
        Files.writeString(file, "x".repeat(3_000));
        assertThatIOException().isThrownBy(() -> read(folder)).withMessageContaining("longer than any token");
    }

    @Test
    void doesNotReplaceATokenWhereThereAreNoHardLinks() throws IOException {
        Path file = folder.resolve("cluster-token");
        Path first = Files.writeString(folder.resolve("first"), "first");
        Path second = Files.writeString(folder.resolve("second"), "second");
        assertThat(SecretFile.renameUnderLock(first, file)).isTrue();
        assertThat(SecretFile.renameUnderLock(second, file)).isFalse();
        assertThat(file).hasContent("first");
    }

    @Test
    void neverShowsTheToken() throws IOException {
        Content content = read(folder);
        assertThat(content.toString()).doesNotContain(content.token());
    }
}
