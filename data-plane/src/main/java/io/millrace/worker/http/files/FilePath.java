package io.millrace.worker.http.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The path of a request as names below a folder. There is none for a path with a name that could mean something else than what
 * it says: {@code .} and {@code ..}, names that begin with a dot, separators and control characters inside a name, however encoded.
 *
 * @param names decoded; none for the folder itself
 * @param endsInSlash whether a folder is meant
 */
record FilePath(List<String> names, boolean endsInSlash) {

    private static final int LONGEST_PATH = 1_024;
    private static final int LONGEST_NAME = 255;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7f;

    /** @param path as a client sent it, without the query */
    static Optional<FilePath> of(String path) {
        if (!path.startsWith("/") || path.length() > LONGEST_PATH) {
            return Optional.empty();
        }
        String[] parts = path.substring(1).split("/", -1);
        List<String> names = new ArrayList<>(parts.length);
        boolean endsInSlash = parts[parts.length - 1].isEmpty();
        for (int i = 0; i < parts.length - (endsInSlash ? 1 : 0); i++) {
            Optional<String> name = decode(parts[i]).filter(FilePath::isPlain);
            if (name.isEmpty()) {
                return Optional.empty();
            }
            names.add(name.get());
        }
        return Optional.of(new FilePath(List.copyOf(names), endsInSlash));
    }

    FilePath resolve(String name) {
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new FilePath(List.copyOf(longer), false);
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c < FIRST_PRINTABLE || c == DELETE);
    }

    /** Decoded once, so that what an attacker encoded twice is only a strange name. */
    private static Optional<String> decode(String part) {
        ByteBuffer bytes = ByteBuffer.allocate(part.length());
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '%') {
                if (i + 2 >= part.length()) {
                    return Optional.empty();
                }
                int high = Character.digit(part.charAt(i + 1), 16);
                int low = Character.digit(part.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.put((byte) ((high << 4) | low));
                i += 2;
            } else if (c > DELETE) {
                // Only ASCII may stand in a URL; whatever this was meant to be, it is ambiguous.
                return Optional.empty();
            } else {
                bytes.put((byte) c);
            }
        }
        bytes.flip();
        if (bytes.remaining() > LONGEST_NAME) {
            return Optional.empty();
        }
        try {
            // Strict: overlong forms of a slash or a dot are malformed.
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
