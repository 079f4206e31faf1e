package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The name of a stream, the same for every protocol: {@code vhost/app/stream}. The app may hold slashes, the vhost and the
 * stream never do; {@link #of(String, String, String)} splits so that every spelling of one stream gives one key.
 *
 * <p>One text and its hash, whatever the number of parts: keys are compared for every stream of every report, mostly long after anybody
 * looked at them last, and each further object of a key would have to come from memory then.
 */
public final class StreamKey implements Comparable<StreamKey> {

    public static final String DEFAULT_VHOST = "__defaultVhost__";
    public static final int MAX_PART = 512;

    private final String text;
    private final int afterVhost;
    private final int afterApp;
    private final int hash;

    public StreamKey(String vhost, String app, String stream) {
        this(vhost + "/" + app + "/" + stream, vhost.length(), vhost.length() + 1 + app.length());
    }

    /** @param afterVhost where the slash is that ends the vhost, and {@code afterApp} where the one is that ends the app */
    private StreamKey(String text, int afterVhost, int afterApp) {
        check("vhost", text, 0, afterVhost, false);
        check("app", text, afterVhost + 1, afterApp, true);
        check("stream", text, afterApp + 1, text.length(), false);
        this.text = text;
        this.afterVhost = afterVhost;
        this.afterApp = afterApp;
        this.hash = scattered(text.hashCode());
    }

    /** Names that are counted up have neighbouring hashes, which fill the same few places of a hash table. */
    private static int scattered(int hash) {
        int mixed = hash * 0x9e3779b9;
        return mixed ^ (mixed >>> 15);
    }

    /** Joins app and stream and splits them again at the last slash, as one URL path would be read. */
    public static StreamKey of(String vhost, String app, String stream) {
        String path = trimSlashes(trimSlashes(app) + "/" + trimSlashes(stream));
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a stream needs an app and a name, but there is only '" + path + "'");
        }
        return new StreamKey(
                vhost.isEmpty() ? DEFAULT_VHOST : vhost,
                trimSlashes(path.substring(0, slash)),
                path.substring(slash + 1));
    }

    /** Reads {@code vhost/app/stream}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static StreamKey parse(String text) {
        int first = text.indexOf('/');
        int last = text.lastIndexOf('/');
        if (first < 0 || first == last) {
            throw new IllegalArgumentException("'" + text + "' is no stream key: write vhost/app/stream");
        }
        return new StreamKey(text, first, last);
    }

    private static void check(String part, String text, int from, int to, boolean slashesAllowed) {
        if (from == to || to - from > MAX_PART) {
            throw new IllegalArgumentException("the " + part + " of a stream has 1 to " + MAX_PART + " characters");
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || c == '?' || c == '#' || (c == '/' && !slashesAllowed)) {
                throw new IllegalArgumentException(
                        "the " + part + " of a stream must not hold character 0x" + Integer.toHexString(c));
            }
        }
    }

    private static String trimSlashes(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == '/') {
            from++;
        }
        while (to > from && text.charAt(to - 1) == '/') {
            to--;
        }
        return text.substring(from, to);
    }

    public String vhost() {
        return text.substring(0, afterVhost);
    }

    public String app() {
        return text.substring(afterVhost + 1, afterApp);
    }

    public String stream() {
        return text.substring(afterApp + 1);
    }

    /** By vhost, then app, then stream. */
    @Override
    public int compareTo(StreamKey other) {
        int byVhost = compare(text, 0, afterVhost, other.text, 0, other.afterVhost);
        if (byVhost != 0) {
            return byVhost;
        }
        int byApp = compare(text, afterVhost + 1, afterApp, other.text, other.afterVhost + 1, other.afterApp);
        return byApp != 0
                ? byApp
                : compare(text, afterApp + 1, text.length(), other.text, other.afterApp + 1, other.text.length());
    }

    private static int compare(String a, int aFrom, int aTo, String b, int bFrom, int bTo) {
        int shorter = Math.min(aTo - aFrom, bTo - bFrom);
        for (int i = 0; i < shorter; i++) {
            int difference = a.charAt(aFrom + i) - b.charAt(bFrom + i);
            if (difference != 0) {
                return difference;
            }
        }
        return (aTo - aFrom) - (bTo - bFrom);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof StreamKey key && hash == key.hash && text.equals(key.text));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
