package io.millrace.model.settings;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A secret in a file of its own: the token that the two planes of one folder share when none is set, and others. The first one writes it whole under another
 * name and then renames it, so that half of it is never read, and no token replaces another.
 */
public final class SecretFile {

    /** What both planes share. */
    public static final String CLUSTER_TOKEN = "cluster-token";

    /** What opens management to who may read files of the control plane. */
    public static final String ADMIN_TOKEN = "admin-token";

    private static final int RANDOM_BYTES = 32;
    private static final int MAX_BYTES = 2_048;

    private SecretFile() {}

    /** @param created whether it was made just now, by this process */
    public record Content(Path file, String token, boolean created) {

        /** The token is a secret. */
        @Override
        public String toString() {
            return "secret in " + file;
        }
    }

    /** @throws IOException when the file can be neither read nor created, or holds no token */
    public static Content readOrCreate(Path dataDir, String name, RandomGenerator random) throws IOException {
        Path folder = dataDir.toAbsolutePath();
        Path file = folder.resolve(name);
        boolean created = !Files.exists(file) && create(folder, file, random);
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is longer than any token");
        }
        String token = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (token.isEmpty()) {
            throw new IOException(file + " is empty; delete it, then a new one is made");
        }
        return new Content(file, token, created);
    }

    private static boolean create(Path folder, Path file, RandomGenerator random) throws IOException {
        Files.createDirectories(folder);
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".new", PrivateFile.ownerOnly(folder));
        try {
            Files.writeString(draft, HexFormat.of().formatHex(bytes) + "\n");
            return link(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** A hard link never replaces what another process made. */
    private static boolean link(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException theOtherWasFaster) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException noHardLinks) {
            return renameUnderLock(draft, file);
        }
    }

    /** For file systems without hard links: renaming replaces, so one process at a time looks and renames. */
    static boolean renameUnderLock(Path draft, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        file.resolveSibling(file.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (!lock.isValid() || Files.exists(file)) {
                return false;
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }
}
