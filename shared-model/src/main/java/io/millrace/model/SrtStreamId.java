package io.millrace.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a caller's stream id says: {@code #!::h=vhost,r=app/stream,m=publish}, the older {@code #!::h=vhost/app/stream} and
 * {@code #!::h=app/stream}, a plain {@code app/stream} or {@code stream}. Without a mode the caller requests the stream, without an
 * app it means {@code live}.
 *
 * @param host empty when it names none
 * @param path app and stream
 * @param query what follows the path behind a question mark, and further pairs that stand beside it
 */
public record SrtStreamId(String host, String path, String query, Mode mode) {

    private static final String KEYED = "#!::";
    private static final String RESERVED = "#!";
    private static final String USUAL_APP = "live/";
    private static final Set<String> KNOWN = Set.of("h", "r", "m", "vhost", "domain");

    /** What the caller wants. */
    public enum Mode {
        REQUEST,
        PUBLISH,
        /** Something that no live stream offers, like both at once. */
        OTHER
    }

    /** @throws IllegalArgumentException when it names no stream */
    public static SrtStreamId parse(String text) {
        if (!text.startsWith(RESERVED)) {
            return of("", text, "", Mode.REQUEST);
        }
        if (!text.startsWith(KEYED)) {
            throw new IllegalArgumentException("a stream id that begins with #! but not with " + KEYED);
        }
        Map<String, String> pairs = pairs(text.substring(KEYED.length()));
        String host = pairs.getOrDefault("h", "");
        String resource = pairs.get("r");
        Mode mode = mode(pairs.getOrDefault("m", "request"));
        String others = others(pairs);
        return resource == null ? older(host, others, mode) : of(host, resource, others, mode);
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("a stream id with a part that is not key=value");
            }
            if (pairs.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("a stream id that gives " + pair.substring(0, equals) + " twice");
            }
        }
        return pairs;
    }

    private static Mode mode(String word) {
        return switch (word) {
            case "request" -> Mode.REQUEST;
            case "publish" -> Mode.PUBLISH;
            default -> Mode.OTHER;
        };
    }

    /** Pairs that do not say what is wanted are parameters, as if they stood behind a question mark. */
    private static String others(Map<String, String> pairs) {
        String vhost = pairs.getOrDefault("vhost", pairs.getOrDefault("domain", ""));
        return Stream.concat(
                        vhost.isEmpty() ? Stream.of() : Stream.of("vhost=" + vhost),
                        pairs.entrySet().stream()
                                .filter(pair -> !KNOWN.contains(pair.getKey()))
                                .map(pair -> pair.getKey() + "=" + pair.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** Everything stands behind {@code h=}: a first of three names is the vhost. */
    private static SrtStreamId older(String everything, String others, Mode mode) {
        String path = withoutSlashes(everything);
        int first = path.indexOf('/');
        if (first < 0) {
            throw new IllegalArgumentException("a stream id that names no stream");
        }
        int question = path.indexOf('?');
        int second = path.indexOf('/', first + 1);
        return second < 0 || (question >= 0 && question < second)
                ? of("", path, others, mode)
                : of(path.substring(0, first), path.substring(first + 1), others, mode);
    }

    private static SrtStreamId of(String host, String resource, String others, Mode mode) {
        int question = resource.indexOf('?');
        String path = withoutSlashes(question < 0 ? resource : resource.substring(0, question));
        String query = question < 0 ? "" : resource.substring(question + 1);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a stream id that names no stream");
        }
        return new SrtStreamId(
                host,
                path.indexOf('/') < 0 ? USUAL_APP + path : path,
                query.isEmpty() || others.isEmpty() ? query + others : query + "&" + others,
                mode);
    }

    private static String withoutSlashes(String text) {
        int from = 0;
        while (from < text.length() && text.charAt(from) == '/') {
            from++;
        }
        return text.substring(from);
    }
}
