package io.millrace.control.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * The file in which the two planes of one folder share a token that nobody set. Whoever comes first writes it whole under
 * another name and links it into place, which fails if the other was faster.
 */
final class TokenFile {

    private static final Logger LOG = Logger.getLogger(TokenFile.class);

    private static final int RANDOM_BYTES = 32;

    /** For a writer on a file system without hard links, who is between creating the file and filling it. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path file;
    private final RandomGenerator random;

    TokenFile(Path file, RandomGenerator random) {
        this.file = file;
        this.random = random;
    }

    String readOrCreate() throws IOException {
        if (!Files.exists(file)) {
            create();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String text = read();
        while (text.isEmpty() && System.nanoTime() < deadline) {
            pause();
            text = read();
        }
        return text;
    }

    private String read() throws IOException {
        if (Files.size(file) > 2L * ClusterToken.MAX_LENGTH) {
            throw new IOException("it is longer than any token");
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    private void create() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String text = HexFormat.of().formatHex(bytes) + "\n";
        Path draft =
                file.resolveSibling(file.getFileName() + "." + HexFormat.of().formatHex(bytes, 0, 4) + ".new");
        try {
            writePrivately(draft, text);
            try {
                Files.createLink(file, draft);
            } catch (UnsupportedOperationException noHardLinks) {
                writePrivately(file, text);
            }
            LOG.infof("cluster token created file=%s", file);
        } catch (FileAlreadyExistsException theOtherPlaneWasFaster) {
            LOG.debugf("cluster token file=%s was created by another process", file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void writePrivately(Path path, String text) throws IOException {
        Files.createFile(path, ownerOnly(path));
        Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    }

    private static FileAttribute<?>[] ownerOnly(Path path) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the cluster token", e);
        }
    }
}
