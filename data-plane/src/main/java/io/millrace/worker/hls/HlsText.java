package io.millrace.worker.hls;

import io.millrace.worker.hls.codec.HlsFacts;
import io.millrace.worker.hls.codec.HlsPlaylist;
import io.millrace.worker.hls.codec.HlsRole;
import io.millrace.worker.hls.codec.HlsUri;
import io.millrace.worker.http.delivery.Links;
import io.millrace.worker.http.delivery.Playlist;
import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.uri.UriReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A playlist of HLS. */
record HlsText(HlsPlaylist playlist) implements Playlist {

    /** A master playlist changes when a stream starts anew, seldom otherwise. */
    private static final Duration MASTER = Duration.ofSeconds(1);

    private static final Duration ENDED = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration USUAL_TARGET = Duration.ofSeconds(6);

    @Override
    public String render(Links links) {
        return playlist.render(uri -> isUnknown(uri) ? uri.uri() : links.link(uri.uri(), leads(uri.role())));
    }

    /** One that begins with a variable of the player's may lead anywhere. */
    private static boolean isUnknown(HlsUri uri) {
        return uri.open() && uri.uri().startsWith("{$");
    }

    private static Route.Leads leads(HlsRole role) {
        return role.isPlaylist() ? Route.Leads.TO_PLAYLIST : Route.Leads.TO_SEGMENT;
    }

    /** Less than its update period: half of a segment, or half of a part where there are parts. */
    @Override
    public Duration fresh() {
        HlsFacts facts = playlist.facts();
        if (facts.kind() == HlsFacts.Kind.MASTER) {
            return MASTER;
        }
        if (facts.ended()) {
            return ENDED;
        }
        long period = facts.partTargetMillis() > 0 ? facts.partTargetMillis() : facts.targetDurationMillis();
        return Playlist.halfOf(period, SHORTEST);
    }

    @Override
    public Duration targetDuration() {
        long target = playlist.facts().targetDurationMillis();
        return target > 0 ? Duration.ofMillis(target) : USUAL_TARGET;
    }

    @Override
    public Optional<String> sendsOnTo(String path) {
        List<HlsUri> uris = playlist.uris();
        if (playlist.facts().kind() != HlsFacts.Kind.MASTER || uris.size() != 1) {
            return Optional.empty();
        }
        String uri = uris.getFirst().uri();
        UriReference target = UriReference.parse(uri).resolvedAgainst(UriReference.parse(path));
        return target.path().equals(path) ? Optional.of(uri) : Optional.empty();
    }
}
