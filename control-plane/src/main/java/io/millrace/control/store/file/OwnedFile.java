package io.millrace.control.store.file;

import io.millrace.control.start.CannotStartException;
import io.millrace.model.settings.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A file that one process at a time uses and that is replaced whole: a crash at any moment leaves either the old or the new one. Only its
 * owner may read it: some hold secrets. */
public final class OwnedFile implements AutoCloseable {

    private final Path file;
    private final FileChannel lock;

    /** @throws CannotStartException if the folder cannot be used, or another process uses the file */
    public OwnedFile(Path file) {
        this.file = file.toAbsolutePath();
        this.lock = lock();
    }

    public Path path() {
        return file;
    }

    /** Where {@link #replaceKeepingPrevious} leaves what was there before. */
    public Path previous() {
        return beside(".previous");
    }

    /** Returns once the new content would survive a crash; if it throws, the old one is still there. */
    public void replace(byte[] bytes) throws IOException {
        Path next = beside(".next");
        PrivateFile.write(next, bytes);
        putInPlace(next);
    }

    /** As {@link #replace}; what was there stays beside it. */
    public void replaceKeepingPrevious(byte[] bytes) throws IOException {
        Path next = beside(".next");
        PrivateFile.write(next, bytes);
        if (Files.exists(file)) {
            Path link = beside(".link");
            Files.deleteIfExists(link);
            link(link);
            Files.move(link, previous(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        putInPlace(next);
    }

    private void putInPlace(Path next) throws IOException {
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // Without it, a power cut may bring the old name back after a successful write.
        try (FileChannel channel = FileChannel.open(folder(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void link(Path link) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links: a copy does the same, only slower.
            PrivateFile.write(link, Files.readAllBytes(file));
        }
    }

    private FileChannel lock() {
        Path lockFile = beside(".lock");
        try {
            Files.createDirectories(folder());
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isFree(channel)) {
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

    /** Takes it, if so; the channel's end gives it back. */
    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private Path folder() {
        return Objects.requireNonNull(file.getParent(), "an absolute path has a folder");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
