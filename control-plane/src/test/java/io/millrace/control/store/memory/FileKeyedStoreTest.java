package io.millrace.control.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStoreContract;
import io.millrace.control.store.Versioned;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyedStoreTest extends KeyedStoreContract {

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    @TempDir
    Path folder;

    @Override
    protected FileKeyedStore<String, String> open() {
        return new FileKeyedStore<>(clock, file(), JSON, String.class, String.class);
    }

    @Override
    protected KeyedStore<String, String> another(KeyedStore<String, String> store) {
        return store;
    }

    @Override
    protected void advance(KeyedStore<String, String> store, Duration by) {
        clock.advance(by);
        ((FileKeyedStore<String, String>) store).sweep();
    }

    private Path file() {
        return folder.resolve("sub").resolve("things.json");
    }

    private Path previous() {
        return folder.resolve("sub").resolve("things.json.previous");
    }

    @Test
    void keepsEntriesVersionsAndDeadlinesOverARestart() {
        long removed;
        Versioned<String> kept;
        try (FileKeyedStore<String, String> store = open()) {
            kept = put(store, "a", "1", null);
            store.compareAndSet("short", 0, "2", Duration.ofSeconds(5));
            removed = put(store, "b", "3", null).version();
            store.remove("b", removed);
        }
        clock.advance(Duration.ofSeconds(5));
        try (FileKeyedStore<String, String> store = open()) {
            assertThat(store.find("a")).contains(kept);
            assertThat(store.find("short")).isEmpty();
            assertThat(put(store, "b", "4", null).version()).isGreaterThan(removed);
        }
    }

    @Test
    void onlyTheOwnerMayReadWhatIsKept() throws Exception {
        Files.createDirectories(folder.resolve("sub"));
        // What a crash left, of a version that did not care.
        Path left = Files.writeString(folder.resolve("sub").resolve("things.json.next"), "x");
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-r--r--"));
        try (FileKeyedStore<String, String> store = open()) {
            put(store, "a", "1", null);
            put(store, "b", "2", null);
        }
        for (Path kept : List.of(file(), previous())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void namesFileAndWayBackForEveryCutAndOverwritesNothing() throws Exception {
        try (FileKeyedStore<String, String> store = open()) {
            long version = put(store, "a", "1", null).version();
            store.compareAndSet("a", version, "2", null);
        }
        byte[] whole = Files.readAllBytes(file());
        byte[] good = Files.readAllBytes(previous());
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file(), cut);
            assertThatThrownBy(this::open)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("cp " + previous() + " " + file())
                    .message()
                    .doesNotContain("\n");
            assertThat(Files.readAllBytes(file())).isEqualTo(cut);
            assertThat(Files.readAllBytes(previous())).isEqualTo(good);
        }
        Files.copy(previous(), file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (FileKeyedStore<String, String> store = open()) {
            assertThat(store.find("a").orElseThrow().value()).isEqualTo("1");
        }
    }

    @Test
    void refusesJsonThatIsNoSnapshot() throws Exception {
        Files.createDirectories(file().getParent());
        for (String text : new String[] {
            "{}",
            "[]",
            "{\"format\":2,\"lastVersion\":1,\"entries\":[]}",
            "{\"format\":1,\"lastVersion\":1}",
            "{\"format\":1,\"lastVersion\":1,\"entries\":[{\"key\":\"a\",\"value\":\"b\",\"version\":2}]}",
            "{\"format\":1,\"lastVersion\":1,\"entries\":[{\"key\":\"a\",\"version\":1}]}",
            "{\"format\":1,\"lastVersion\":1,\"entries\":[null]}",
            "{\"format\":1,\"lastVersion\":1,\"entries\":[]} trailing",
        }) {
            Files.writeString(file(), text);
            assertThatThrownBy(this::open)
                    .as(text)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("things.json cannot be used");
            assertThat(Files.readString(file())).isEqualTo(text);
        }
    }

    @Test
    void doesNotBeginAnewWhenOnlyThePreviousVersionIsThere() throws Exception {
        try (FileKeyedStore<String, String> store = open()) {
            store.compareAndSet("a", 0, "1", null);
            store.compareAndSet("b", 0, "1", null);
        }
        Files.delete(file());
        assertThatThrownBy(this::open).hasMessageContaining("is missing").hasMessageContaining("cp ");
    }

    @Test
    void letsOnlyOneProcessUseTheFile() {
        try (FileKeyedStore<String, String> store = open()) {
            assertThat(store.size()).isZero();
            assertThatThrownBy(this::open)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("in use");
        }
        open().close();
    }

    @Test
    void showsNoWriteThatCouldNotBeKept() throws Exception {
        try (FileKeyedStore<String, String> store = open()) {
            long version = put(store, "a", "1", null).version();
            Files.createDirectory(folder.resolve("sub").resolve("things.json.next"));
            assertThatThrownBy(() -> store.compareAndSet("a", version, "2", null))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("things.json");
            assertThat(store.find("a")).contains(new Versioned<>("1", version));
        }
    }
}
