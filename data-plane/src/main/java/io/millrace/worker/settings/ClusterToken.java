package io.millrace.worker.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The secret that both planes share. Its text stays out of {@link #toString()}, and so out of every log. */
public final class ClusterToken {

    private static final String FILE = "cluster-token";
    private static final String SCHEME = "Bearer ";
    private static final int RANDOM_BYTES = 32;

    private final String text;

    public ClusterToken(String text) {
        this.text = text;
    }

    /**
     * What is set, or what stands in the shared folder; the plane that comes first writes it.
     *
     * @throws IOException when the file can be neither read nor written
     */
    public static ClusterToken load(Optional<String> set, Path sharedDataDir) throws IOException {
        if (set.isPresent()) {
            return new ClusterToken(set.get());
        }
        Path file = sharedDataDir.resolve(FILE);
        if (!Files.exists(file)) {
            create(file);
        }
        String text = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new IOException(file + " is empty; delete it, or set MILLRACE_CLUSTER_TOKEN");
        }
        return new ClusterToken(text);
    }

    /** A hard link appears whole or not at all and never replaces what another plane wrote first. */
    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " has no folder");
        }
        Files.createDirectories(folder);
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        FileAttribute<?>[] onlyUs = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(folder, FILE, ".tmp", onlyUs);
        try {
            Files.writeString(draft, HexFormat.of().formatHex(random) + "\n");
            link(file, draft);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void link(Path file, Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // Another plane was first: its token counts.
        } catch (UnsupportedOperationException | AtomicMoveNotSupportedException e) {
            Files.move(draft, file);
        }
    }

    /** The value of the Authorization header. */
    public String authorization() {
        return SCHEME + text;
    }

    /** Takes the same time whatever is wrong with it. */
    public boolean accepts(@Nullable String authorization) {
        return authorization != null
                && MessageDigest.isEqual(
                        authorization.getBytes(StandardCharsets.UTF_8),
                        authorization().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "cluster token";
    }
}
