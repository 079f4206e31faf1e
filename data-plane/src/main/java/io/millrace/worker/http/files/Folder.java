package io.millrace.worker.http.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Finds files below one folder. Symbolic links are followed while they stay inside; the folder may be a link itself, and is looked
 * at anew for each request. Blocks: off the event loops only.
 */
final class Folder {

    private static final String INDEX = "index.html";

    private final Path folder;

    Folder(Path folder) {
        this.folder = folder;
    }

    /** What a path leads to. */
    sealed interface Found {}

    /** A file, which the caller closes. */
    record Hit(OpenFile file) implements Found {}

    /** A folder with an index, but the path lacks the slash at its end, without which relative links go wrong. */
    record LacksSlash() implements Found {}

    /** No file, or none that may be shown. */
    record Nothing() implements Found {}

    /** @throws IOException when the disk fails, not when there is no such file */
    Found find(FilePath path) throws IOException {
        try {
            Path root = folder.toRealPath();
            Path wanted = root;
            for (String name : path.names()) {
                wanted = wanted.resolve(name);
            }
            Path real = wanted.toRealPath();
            if (!mayBeShown(root, real)) {
                return new Nothing();
            }
            boolean isFolder = Files.isDirectory(real, NOFOLLOW_LINKS);
            if (isFolder && path.endsInSlash()) {
                Path index = real.resolve(INDEX).toRealPath();
                return mayBeShown(root, index) ? open(root, index) : new Nothing();
            }
            if (isFolder) {
                return Files.isRegularFile(real.resolve(INDEX)) ? new LacksSlash() : new Nothing();
            }
            return path.endsInSlash() ? new Nothing() : open(root, real);
        } catch (FileSystemException | InvalidPathException e) {
            // Not there, not ours to read, a file where a folder should be, a circle of links, a name this system
            // cannot write.
            return new Nothing();
        }
    }

    private static boolean mayBeShown(Path root, Path real) {
        if (!real.startsWith(root)) {
            return false;
        }
        for (Path name : root.relativize(real)) {
            if (name.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    /** Opens step by step without following links, so that nothing that is swapped meanwhile leads out of the folder. */
    private static Found open(Path root, Path real) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                return open(secure, root.relativize(real), real);
            }
        }
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class, NOFOLLOW_LINKS);
        return attributes.isRegularFile()
                ? hit(real, attributes, Files.newByteChannel(real, StandardOpenOption.READ, NOFOLLOW_LINKS))
                : new Nothing();
    }

    private static Found open(SecureDirectoryStream<Path> in, Path left, Path real) throws IOException {
        Path first = left.getName(0);
        if (left.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next = in.newDirectoryStream(first, NOFOLLOW_LINKS)) {
                return open(next, left.subpath(1, left.getNameCount()), real);
            }
        }
        BasicFileAttributes attributes = in.getFileAttributeView(first, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .readAttributes();
        // Looked at before it is opened: opening a pipe waits for a writer.
        return attributes.isRegularFile()
                ? hit(real, attributes, in.newByteChannel(first, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS)))
                : new Nothing();
    }

    private static Found hit(Path real, BasicFileAttributes attributes, SeekableByteChannel channel) {
        return new Hit(new OpenFile(real, attributes, channel));
    }
}
