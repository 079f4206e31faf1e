package io.millrace.control.store.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.millrace.control.CannotStartException;
import io.millrace.control.JsonMistake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps snapshots in a JSON file that is replaced whole: a crash at any moment leaves either the old or the new one. The
 * snapshot before it stays beside it under {@code .previous}. One process at a time may use the file.
 */
public final class FileSnapshots<K, V> implements Snapshots<K, V>, AutoCloseable {

    private static final int FORMAT = 1;

    private final Path file;
    private final Path previous;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final FileChannel lockChannel;

    public FileSnapshots(Path file, ObjectMapper json, Class<K> keys, Class<V> values) {
        this.file = file.toAbsolutePath();
        this.previous = this.file.resolveSibling(file.getFileName() + ".previous");
        JavaType type = json.getTypeFactory()
                .constructParametricType(
                        Document.class,
                        json.getTypeFactory().constructType(keys),
                        json.getTypeFactory().constructType(values));
        this.reader = json.readerFor(type)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.writer = json.writerFor(type).withDefaultPrettyPrinter();
        this.lockChannel = lock();
    }

    @Override
    public Snapshot<K, V> load() {
        try {
            if (!Files.exists(file)) {
                if (Files.exists(previous)) {
                    throw refuse("is missing, while the version before it is there");
                }
                return new Snapshot<>(0, List.of());
            }
            return read(file);
        } catch (JsonProcessingException | Unfit e) {
            throw refuse("cannot be used: " + why(e));
        } catch (IOException e) {
            throw new CannotStartException(file + " cannot be read: " + e);
        }
    }

    @Override
    public void save(Snapshot<K, V> snapshot) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            write(
                    next,
                    writer.writeValueAsBytes(
                            new Document<>(FORMAT, snapshot.lastVersion(), snapshot.entries(), snapshot.history())));
            if (Files.exists(file)) {
                Path link = file.resolveSibling(file.getFileName() + ".link");
                Files.deleteIfExists(link);
                link(link);
                Files.move(link, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel lock() {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createDirectories(folder());
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new CannotStartException(file + " is in use by another process (it holds " + lockFile
                        + "); stop that one, or set MILLRACE_DATA_DIR to another folder");
            }
            return channel;
        } catch (IOException e) {
            throw new CannotStartException("the folder " + folder() + " cannot be used: " + e
                    + "; set MILLRACE_DATA_DIR to one that can be written");
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private Snapshot<K, V> read(Path from) throws IOException, Unfit {
        byte[] bytes = Files.readAllBytes(from);
        if (bytes.length == 0) {
            throw new Unfit("it is empty");
        }
        Document<K, V> document = reader.readValue(bytes);
        if (document.format() != FORMAT) {
            throw new Unfit("its format is " + document.format() + "; this version reads " + FORMAT);
        }
        if (document.entries() == null) {
            throw new Unfit("it has no entries");
        }
        Set<K> seen = new HashSet<>();
        for (Kept<K, V> entry : document.entries()) {
            if (entry == null || entry.key() == null || entry.value() == null || !seen.add(entry.key())) {
                throw new Unfit("an entry has no key, no value, or a key that is there twice");
            }
            if (entry.version() < 1 || entry.version() > document.lastVersion()) {
                throw new Unfit("the version of " + entry.key() + " is not between 1 and lastVersion");
            }
        }
        String history = document.history();
        return new Snapshot<>(document.lastVersion(), document.entries(), history == null ? "" : history);
    }

    private CannotStartException refuse(String what) {
        return new CannotStartException(file + " " + what + "; nothing was changed; " + wayBack());
    }

    private String wayBack() {
        if (!Files.exists(previous)) {
            return "there is no previous version beside it: repair it, or move it away to begin with no configuration";
        }
        try {
            read(previous);
            return "the previous version is good: to go back to it, run  cp " + previous + " " + file;
        } catch (IOException | Unfit e) {
            return "the previous version " + previous + " is no good either (" + why(e) + "): repair one of them";
        }
    }

    private static String why(Exception e) {
        return e instanceof JsonProcessingException wrong
                ? JsonMistake.of(wrong).message().replace("the body", "it")
                : String.valueOf(e.getMessage());
    }

    private void link(Path link) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            // A file system without hard links: a copy does the same, only slower.
            write(link, Files.readAllBytes(file));
        }
    }

    private static void write(Path to, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private void syncFolder() throws IOException {
        // Without it, a power cut may bring the old name back after a successful write.
        try (FileChannel channel = FileChannel.open(folder(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path folder() {
        return file.getParent() == null ? Path.of(".") : file.getParent();
    }

    /** What stands in the file. */
    record Document<K, V>(
            int format,
            long lastVersion,
            List<Kept<K, V>> entries,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
            String history) {}

    /** JSON, but not a snapshot. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why);
        }
    }
}
