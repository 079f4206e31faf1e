package io.millrace.worker.http.delivery;

import io.millrace.worker.http.route.Route;
import java.util.Set;

/** Links with readable tokens. */
public final class LinksOf {

    private LinksOf() {}

    /** Tokens that name their kind. */
    public static Links tokens(String originAuthority, String toPlaylist, String toPiece) {
        return new Links(
                Set.of(originAuthority),
                "/live/cam.mpd",
                (leads, scope) -> leads == Route.Leads.TO_PLAYLIST ? toPlaylist : toPiece);
    }

    /** Tokens that name what they open. */
    public static Links scopes(String originAuthority, String path) {
        return new Links(
                Set.of(originAuthority),
                path,
                (leads, scope) -> scope.folder()
                        + (scope.below() ? "**." : "*.")
                        + (scope.anyExtension() ? "*" : scope.extension()));
    }
}
