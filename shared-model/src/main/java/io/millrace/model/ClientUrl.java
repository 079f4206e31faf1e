package io.millrace.model;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client's URL asks for, by the names that {@link StreamNaming} gives to streams. Messages of refusals never hold the
 * URL's user or query, since either may be a secret.
 *
 * @param intent what the URL alone says; null for protocols whose clients say it later
 */
public record ClientUrl(
        StreamKey stream, Protocol protocol, @Nullable Intent intent) {

    private static final Map<String, Intent> SIGNALLING =
            Map.of("/rtc/v1/whip", Intent.PUBLISH, "/rtc/v1/whep", Intent.PLAY, "/rtc/v1/whip-play", Intent.PLAY);
    private static final Pattern SRT_STREAM_ID = Pattern.compile("[?&]streamid=([^&]*)");
    private static final Map<String, Protocol> EXTENSIONS =
            Map.of("flv", Protocol.FLV, "ts", Protocol.FLV, "m3u8", Protocol.HLS, "mpd", Protocol.DASH);

    /** @throws IllegalArgumentException when no stream can be read from it; the message says which part is to blame */
    public static ClientUrl parse(String url, StreamNaming naming) {
        int end = url.indexOf("://");
        if (end <= 0) {
            throw new IllegalArgumentException("the scheme is missing, as in rtmp://host/app/stream");
        }
        if (url.regionMatches(true, 0, "srt://", 0, end + 3)) {
            return ofSrt(url, naming);
        }
        String rest = withoutFragment(url.substring(end + 3));
        int mark = rest.indexOf('?');
        String before = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        int slash = before.indexOf('/');
        if (slash <= 0) {
            throw new IllegalArgumentException("the host or the path is missing, as in rtmp://host/app/stream");
        }
        String host = before.substring(0, slash);
        String path = before.substring(slash);
        return switch (url.substring(0, end).toLowerCase(Locale.ROOT)) {
            case "rtmp", "rtmps" -> new ClientUrl(naming.ofUrl(url), Protocol.RTMP, null);
            case "webrtc" -> new ClientUrl(naming.ofUrl(url), Protocol.WEBRTC, null);
            case "rtsp", "rtsps" ->
                // A dot is part of an RTSP name; the extension that is taken off is one that we put there.
                new ClientUrl(naming.ofHttp(host, withoutLastSlashes(path) + ".rtsp", query), Protocol.RTSP, null);
            case "http", "https" -> ofHttp(host, path, query, naming);
            default ->
                throw new IllegalArgumentException(
                        "the scheme is not one of rtmp, rtmps, http, https, webrtc, srt, rtsp, rtsps");
        };
    }

    private static ClientUrl ofHttp(String host, String path, String query, StreamNaming naming) {
        String bare = withoutLastSlashes(path);
        if (SIGNALLING.containsKey(bare)) {
            return new ClientUrl(
                    naming.ofQuery(host, query), Protocol.WEBRTC, Objects.requireNonNull(SIGNALLING.get(bare)));
        }
        Protocol protocol = EXTENSIONS.get(path.substring(path.lastIndexOf('.') + 1));
        if (protocol == null) {
            throw new IllegalArgumentException(
                    "the path ends in none of .flv, .ts, .m3u8, .mpd and is neither /rtc/v1/whip nor /rtc/v1/whep");
        }
        return new ClientUrl(naming.ofHttp(host, path, query), protocol, Intent.PLAY);
    }

    /** Clients take the id as it stands, with its number sign, so it is no fragment. */
    private static ClientUrl ofSrt(String url, StreamNaming naming) {
        Matcher written = SRT_STREAM_ID.matcher(url);
        if (!written.find()) {
            throw new IllegalArgumentException("streamid is missing, as in srt://host:port?streamid=#!::r=app/stream");
        }
        SrtStreamId id = SrtStreamId.parse(URLDecoder.decode(written.group(1), StandardCharsets.UTF_8));
        if (id.mode() == SrtStreamId.Mode.OTHER) {
            throw new IllegalArgumentException("the mode in streamid is neither publish nor request");
        }
        return new ClientUrl(
                naming.ofSrt(id.host(), id.path(), id.query()),
                Protocol.SRT,
                id.mode() == SrtStreamId.Mode.PUBLISH ? Intent.PUBLISH : Intent.PLAY);
    }

    private static String withoutFragment(String text) {
        int hash = text.indexOf('#');
        return hash < 0 ? text : text.substring(0, hash);
    }

    private static String withoutLastSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
