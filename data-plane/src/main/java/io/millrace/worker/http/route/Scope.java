package io.millrace.worker.http.route;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of an origin a token opens: the objects of one folder that have one extension, as a URI in a playlist names them. Paths are
 * compared decoded, since players encode what a playlist left as it is.
 *
 * @param folder decoded, with a slash at both ends
 * @param below whether folders below it are open too: a variable that only the player knows may hold a slash
 * @param anyExtension whether a variable hides the extension
 * @param extension in lower case, without its dot; empty where there is none
 */
public record Scope(String folder, boolean below, boolean anyExtension, String extension) {

    /** What a template of DASH puts a number for (ISO/IEC 23009-1, table 16); names may hold anything. */
    private static final Pattern NUMBER =
            Pattern.compile("\\$(?:Number|Time|SubNumber|Bandwidth)(?:%0\\d+[diuxXo])?\\$");

    private static final char VARIABLE = '$';

    /** Deeper folders are opened by the one at this depth. */
    static final int MAX_DEPTH = 255;

    /** @param path of a URI, resolved as the player resolves it, which may hold variables of DASH and HLS */
    public static Scope of(String path) {
        String known = path.indexOf(VARIABLE) < 0 ? path : NUMBER.matcher(path).replaceAll("0");
        int firstVariable = path.indexOf(VARIABLE);
        int folderEnd = path.lastIndexOf('/', firstVariable < 0 ? path.length() : firstVariable);
        boolean below = firstVariable >= 0 && (known.indexOf(VARIABLE) >= 0 || path.indexOf('/', firstVariable) >= 0);
        String name = known.substring(known.lastIndexOf('/') + 1);
        boolean numbered = path.indexOf(VARIABLE, path.lastIndexOf('.') + 1) >= 0;
        boolean anyExtension = name.indexOf('.') < 0 ? name.indexOf(VARIABLE) >= 0 : numbered;
        String folder = decodedOnce(path.substring(0, folderEnd + 1));
        int end = slashAt(folder, MAX_DEPTH);
        return new Scope(
                end < 0 ? folder : folder.substring(0, end + 1),
                below || (end >= 0 && end < folder.length() - 1),
                anyExtension,
                anyExtension ? "" : PathRule.extension(decodedOnce(name)));
    }

    /** How many folders deep it is. */
    int depth() {
        return (int) folder.chars().filter(c -> c == '/').count() - 1;
    }

    /**
     * The scope of this depth and these kinds that a request's path lies in, if any.
     *
     * @param path as sent, checked: no empty segments, none of dots
     */
    static Optional<Scope> around(String path, int depth, boolean below, boolean anyExtension) {
        String plain = decodedOnce(path);
        int end = slashAt(plain, depth);
        if (end < 0) {
            return Optional.empty();
        }
        boolean isDeeper = plain.indexOf('/', end + 1) >= 0;
        // Encoded twice: an origin that decodes twice would see another path.
        boolean isAmbiguous =
                !withoutEscapes(plain.getBytes(StandardCharsets.ISO_8859_1)).equals(plain);
        if ((isDeeper && !below) || isAmbiguous) {
            return Optional.empty();
        }
        return Optional.of(new Scope(
                plain.substring(0, end + 1), below, anyExtension, anyExtension ? "" : PathRule.extension(plain)));
    }

    /** @return where the slash after so many folders stands, or -1 */
    private static int slashAt(String path, int depth) {
        int at = path.indexOf('/');
        for (int i = 0; i < depth && at >= 0; i++) {
            at = path.indexOf('/', at + 1);
        }
        return at;
    }

    /** What tells this scope from every other of the same depth and kinds. */
    byte[] bytes() {
        return (folder + "\n" + extension).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a player's and an origin's view of a path agree on: percent signs resolved, one character for each byte of UTF-8. */
    private static String decodedOnce(String path) {
        boolean isPlain = path.chars().allMatch(c -> c < 0x80 && c != '%');
        return isPlain ? path : withoutEscapes(path.getBytes(StandardCharsets.UTF_8));
    }

    private static String withoutEscapes(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            boolean isEscape = bytes[i] == '%'
                    && i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2]);
            if (isEscape) {
                out.append((char) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2])));
                i += 2;
            } else {
                out.append((char) (bytes[i] & 0xff));
            }
        }
        return out.toString();
    }
}
