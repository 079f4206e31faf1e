package io.millrace.worker.rtsp.codec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a stream or of one of its tracks, in its parts as they were written.
 *
 * @param root scheme and authority: {@code rtsp://host:8554}
 * @param path without its query, with the slash it begins with; empty where there is none
 * @param query without the question mark
 */
public record RtspUrl(String root, String path, String query) {

    private static final Pattern URL = Pattern.compile(
            "((?:rtsp|rtspu|rtsps)://[^/?#\\s]+)([^?#\\s]*)(?:\\?([^#\\s]*))?(?:#\\S*)?", Pattern.CASE_INSENSITIVE);

    /** What servers call a track behind the stream's own address. */
    private static final Pattern CONTROL =
            Pattern.compile("/(?:(?:trackid|streamid|stream|track|mediaid)=[^/]*)/*$", Pattern.CASE_INSENSITIVE);

    private static final Pattern NUMBERED_CONTROL = Pattern.compile("/track[0-9]+/*$", Pattern.CASE_INSENSITIVE);

    /** Empty for what is no address, as {@code *}. */
    public static Optional<RtspUrl> parse(String text) {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String query = matcher.group(3);
        return Optional.of(new RtspUrl(matcher.group(1), matcher.group(2), query == null ? "" : query));
    }

    /** Host and port. */
    public String authority() {
        return root.substring(root.indexOf("://") + 3);
    }

    /**
     * The stream's address where this is a track's. Clients put the track behind the query too. A plain {@code /track1} is a
     * track only where an app and a stream stand before it.
     */
    public RtspUrl withoutControl() {
        Matcher inQuery = CONTROL.matcher(query);
        if (inQuery.find()) {
            return new RtspUrl(root, path, query.substring(0, inQuery.start()));
        }
        Matcher inPath = CONTROL.matcher(path);
        if (inPath.find()) {
            return new RtspUrl(root, path.substring(0, inPath.start()), query);
        }
        Matcher numbered = NUMBERED_CONTROL.matcher(path);
        if (numbered.find() && path.lastIndexOf('/', numbered.start() - 1) > 0) {
            return new RtspUrl(root, path.substring(0, numbered.start()), query);
        }
        return this;
    }
}
