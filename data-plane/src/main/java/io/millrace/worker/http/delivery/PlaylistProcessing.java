package io.millrace.worker.http.delivery;

import io.millrace.model.digest.Sha256;
import io.millrace.worker.http.cache.CacheControl;
import io.millrace.worker.http.cache.CachedObject;
import io.millrace.worker.http.cache.FetchPlan;
import io.millrace.worker.http.cache.Head;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Parses a playlist when it is whole, once for all viewers. */
final class PlaylistProcessing implements FetchPlan.Processing {

    private static final Logger LOG = Logger.getLogger(PlaylistProcessing.class);

    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int TAG_BYTES = 8;

    /** How much larger than its text a playlist is as objects. */
    private static final int PARSED_FACTOR = 4;

    private static final String IDENTITY = "identity";

    private final Format format;
    private final String path;
    private final Duration errorTtl;

    PlaylistProcessing(Format format, String path, Duration errorTtl) {
        this.format = format;
        this.path = path;
        this.errorTtl = errorTtl;
    }

    /**
     * What came of it.
     *
     * @param tag the same for the same text
     * @param sentOnTo see {@link Playlist#sendsOnTo}
     */
    record Parsed(Playlist playlist, String tag, Optional<String> sentOnTo) {}

    @Override
    public int wholeBodyUpTo() {
        return MAX_BYTES;
    }

    @Override
    public FetchPlan.Processed of(Head head, CachedObject complete) {
        if (!head.status().equals(HttpResponseStatus.OK)) {
            return FetchPlan.Processed.asItIs(SegmentProcessing.errorTtl(head, errorTtl));
        }
        try {
            String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, IDENTITY);
            if (!encoding.toLowerCase(Locale.ROOT).equals(IDENTITY)) {
                throw new UnreadablePlaylistException("encoded as " + encoding + " although it was asked for as it is");
            }
            byte[] bytes = complete.bytes();
            Playlist playlist = format.parse(new String(bytes, StandardCharsets.UTF_8));
            Optional<String> sentOnTo = playlist.sendsOnTo(path);
            Duration fresh = playlist.fresh();
            CacheControl control = CacheControl.of(head.headers());
            // An age of zero is what origins say of every live playlist; it is kept for less than its update period all
            // the same.
            Duration most = control.maxAge().filter(age -> !age.isZero()).orElse(fresh);
            return new FetchPlan.Processed(
                    new Parsed(playlist, tag(bytes), sentOnTo),
                    (long) bytes.length * PARSED_FACTOR,
                    fresh.compareTo(most) < 0 ? fresh : most);
        } catch (UnreadablePlaylistException e) {
            LOG.debugf("unreadable playlist path=%s detail=\"%s\"", path, e.getMessage());
            return FetchPlan.Processed.asItIs(errorTtl);
        }
    }

    private static String tag(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.of(bytes), 0, TAG_BYTES);
    }
}
