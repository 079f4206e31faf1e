package io.millrace.worker.dash;

import io.millrace.worker.dash.codec.Mpd;
import io.millrace.worker.dash.codec.MpdFacts;
import io.millrace.worker.dash.codec.MpdUri;
import io.millrace.worker.http.delivery.Links;
import io.millrace.worker.http.delivery.Playlist;
import io.millrace.worker.http.route.Route;
import java.time.Duration;
import java.util.List;

/** A manifest of DASH. */
record DashText(Mpd mpd) implements Playlist {

    private static final Duration STATIC = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final Duration USUAL_TARGET = Duration.ofSeconds(6);

    @Override
    public String render(Links links) {
        return mpd.render(uri -> link(uri, links));
    }

    private String link(MpdUri uri, Links links) {
        List<String> bases = mpd.baseUrls(uri);
        return switch (uri.role()) {
            // A folder: what is in it carries the token. A base that names a file is the piece itself.
            case BASE_URL ->
                uri.uri().endsWith("/")
                        ? links.base(uri.uri(), bases)
                        : links.link(uri.uri(), Route.Leads.TO_SEGMENT, bases);
            case LOCATION, IMPORTED_MPD -> links.link(uri.uri(), Route.Leads.TO_PLAYLIST, bases);
            // base64url has no dollar sign, so a token is the same in a template.
            case MEDIA,
                    INITIALIZATION,
                    INDEX,
                    BITSTREAM_SWITCHING,
                    PATCH_LOCATION,
                    XLINK,
                    CONTENT_STEERING,
                    UTC_TIMING -> links.link(uri.uri(), Route.Leads.TO_SEGMENT, bases);
        };
    }

    /** Less than its update period, or half of a segment. */
    @Override
    public Duration fresh() {
        MpdFacts facts = mpd.facts();
        if (!facts.dynamic()) {
            return STATIC;
        }
        long period = facts.minimumUpdatePeriodMillis() > 0
                ? facts.minimumUpdatePeriodMillis()
                : facts.maxSegmentDurationMillis();
        return Playlist.halfOf(period, SHORTEST);
    }

    @Override
    public Duration targetDuration() {
        long longest =
                Math.max(mpd.facts().maxSegmentDurationMillis(), mpd.facts().minimumUpdatePeriodMillis());
        return longest > 0 ? Duration.ofMillis(longest) : USUAL_TARGET;
    }
}
