package io.millrace.worker.http.delivery;

import java.util.Set;

/** Links with readable tokens. */
public final class LinksOf {

    private LinksOf() {}

    public static Links tokens(String originAuthority, String toPlaylist, String toPiece) {
        return new Links(Set.of(originAuthority), toPlaylist, toPiece);
    }
}
