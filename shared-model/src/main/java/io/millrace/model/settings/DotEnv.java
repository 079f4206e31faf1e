package io.millrace.model.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The environment as both planes read it, which is as SRS's proxy reads its own: a file {@code .env} in the working directory gives
 * variables that are not set, and a variable of ours that is set to nothing counts as not set.
 */
public final class DotEnv {

    /** Relative to the working directory. */
    public static final Path FILE = Path.of(".env");

    private static final int MAX_BYTES = 1 << 20;
    private static final String SRS = "PROXY_";
    private static final String EXPORT = "export ";

    private DotEnv() {}

    /**
     * @param process the variables that are set, which the file never overrides, not even those that are set to nothing
     * @throws IOException when there is such a file and it cannot be read; its message is one line for an operator
     */
    public static Map<String, String> environment(Map<String, String> process, Path file) throws IOException {
        Map<String, String> all = new HashMap<>(parse(read(file)));
        all.putAll(process);
        all.entrySet()
                .removeIf(variable ->
                        isOurs(variable.getKey()) && variable.getValue().isBlank());
        return all;
    }

    /**
     * The same for a library that puts another setting in the place of <code>${name}</code>, one dollar in the place of two, and takes a
     * dollar behind a backslash as it is: our values are taken as they are, as SRS's proxy does.
     */
    public static Map<String, String> escaped(Map<String, String> environment) {
        Map<String, String> escaped = new HashMap<>(environment);
        escaped.replaceAll((name, value) -> isOurs(name) ? value.replace("$", "\\$") : value);
        return escaped;
    }

    private static boolean isOurs(String name) {
        return name.startsWith(SRS) || name.startsWith("MILLRACE_");
    }

    private static String read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is longer than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException usual) {
            return "";
        } catch (IOException e) {
            throw new IOException(
                    file.toAbsolutePath() + " cannot be read (" + e + "); make it a text file that this user may read,"
                            + " or take it away",
                    e);
        }
    }

    /** In the order of the file; the last of several lines with one name counts. Lines without a {@code =} are passed over. */
    static Map<String, String> parse(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (line.startsWith("#") || equals < 0) {
                return;
            }
            String name = line.substring(line.startsWith(EXPORT) ? EXPORT.length() : 0, equals)
                    .strip();
            if (!name.isEmpty()) {
                variables.put(name, value(line.substring(equals + 1).strip()));
            }
        });
        return variables;
    }

    private static String value(String text) {
        if (text.startsWith("'")) {
            Optional<String> raw = upTo(text, text.indexOf('\'', 1));
            if (raw.isPresent()) {
                return raw.get();
            }
        } else if (text.startsWith("\"")) {
            Optional<String> escaped = upTo(text, closingQuote(text));
            if (escaped.isPresent()) {
                return unescaped(escaped.get());
            }
        }
        int comment = text.startsWith("#") ? 0 : text.indexOf(" #");
        return comment < 0 ? text : text.substring(0, comment).strip();
    }

    /** What stands between the quotes, if nothing but a comment comes after them. */
    private static Optional<String> upTo(String text, int quote) {
        if (quote < 0) {
            return Optional.empty();
        }
        String rest = text.substring(quote + 1);
        boolean whole = rest.isBlank()
                || (Character.isWhitespace(rest.charAt(0)) && rest.strip().startsWith("#"));
        return whole ? Optional.of(text.substring(1, quote)) : Optional.empty();
    }

    private static int closingQuote(String text) {
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case '"', '\\' -> plain.append(next);
                default -> plain.append(c).append(next);
            }
        }
        return plain.toString();
    }
}
