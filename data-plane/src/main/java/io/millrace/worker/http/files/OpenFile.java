package io.millrace.worker.http.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A file that is being sent, and what was true of it when it was opened. Used by one thread at a time. */
final class OpenFile implements Closeable {

    private final Path path;
    private final BasicFileAttributes attributes;
    private final SeekableByteChannel channel;

    OpenFile(Path path, BasicFileAttributes attributes, SeekableByteChannel channel) {
        this.path = path;
        this.attributes = attributes;
        this.channel = channel;
    }

    String name() {
        return Objects.toString(path.getFileName(), "");
    }

    long size() {
        return attributes.size();
    }

    Instant modified() {
        return attributes.lastModifiedTime().toInstant();
    }

    /** The same on every worker that serves the same file with the same times. */
    String etag() {
        return "\"" + Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
                + Long.toHexString(size()) + "\"";
    }

    /** Whether the bytes under the open file were written to since. One that was replaced or deleted is not: we still have the old. */
    boolean wasChanged() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return Objects.equals(now.fileKey(), attributes.fileKey())
                    && (now.size() != size() || !now.lastModifiedTime().equals(attributes.lastModifiedTime()));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** @return whether there were enough bytes from this position on to fill the target */
    boolean read(long position, ByteBuffer target) throws IOException {
        channel.position(position);
        int read = 0;
        while (target.hasRemaining() && read >= 0) {
            read = channel.read(target);
        }
        return !target.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
