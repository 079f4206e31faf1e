package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The name of a stream, the same for every protocol: {@code vhost/app/stream}. The app may hold slashes, the vhost and the
 * stream never do; {@link #of(String, String, String)} splits so that every spelling of one stream gives one key.
 */
public record StreamKey(String vhost, String app, String stream) implements Comparable<StreamKey> {

    public static final String DEFAULT_VHOST = "__defaultVhost__";
    public static final int MAX_PART = 512;

    public StreamKey {
        check("vhost", vhost, false);
        check("app", app, true);
        check("stream", stream, false);
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
    @JsonCreator
    public static StreamKey parse(String text) {
        int first = text.indexOf('/');
        int last = text.lastIndexOf('/');
        if (first < 0 || first == last) {
            throw new IllegalArgumentException("'" + text + "' is no stream key: write vhost/app/stream");
        }
        return new StreamKey(text.substring(0, first), text.substring(first + 1, last), text.substring(last + 1));
    }

    private static void check(String part, String value, boolean slashesAllowed) {
        if (value.isEmpty() || value.length() > MAX_PART) {
            throw new IllegalArgumentException("the " + part + " of a stream has 1 to " + MAX_PART + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
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

    /** By vhost, then app, then stream. */
    @Override
    public int compareTo(StreamKey other) {
        int byVhost = vhost.compareTo(other.vhost);
        if (byVhost != 0) {
            return byVhost;
        }
        int byApp = app.compareTo(other.app);
        return byApp != 0 ? byApp : stream.compareTo(other.stream);
    }

    @Override
    @JsonValue
    public String toString() {
        return vhost + "/" + app + "/" + stream;
    }
}
