package io.millrace.worker.http.delivery;

import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.http.uri.UriReference;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Makes the URIs of one viewer's playlist: those that lead to the origin get the viewer's token and lead to us; others stay. An
 * absolute URL on the origin becomes a path, so that it is fetched from where the playlist was.
 */
public final class Links {

    private final Set<String> originAuthorities;
    private final String toPlaylist;
    private final String toPiece;

    /** @param originAuthorities {@code host:port} under which the origin may name itself, in lower case */
    Links(Set<String> originAuthorities, String toPlaylist, String toPiece) {
        this.originAuthorities = originAuthorities;
        this.toPlaylist = toPlaylist;
        this.toPiece = toPiece;
    }

    /** @param bases what the URI is resolved against beside the playlist's own URL, outermost first */
    public String link(String uri, Route.Leads leads, List<String> bases) {
        return isElsewhere(bases) ? uri : link(uri, leads);
    }

    public String link(String uri, Route.Leads leads) {
        UriReference reference = UriReference.parse(uri);
        boolean nothingNamed = reference.path().isEmpty() && reference.query() == null && !reference.namesHost();
        if (nothingNamed || isElsewhere(reference)) {
            return uri;
        }
        UriReference here = onUs(reference);
        String query = here.query() == null ? "" : here.query();
        String token = leads == Route.Leads.TO_PLAYLIST ? toPlaylist : toPiece;
        return here.withQuery(RawQuery.with(query, RouteTokens.PARAMETER, token))
                .toString();
    }

    /** For a base of other URIs: leads to us, without a token, which no URI inherits from its base. */
    public String base(String uri, List<String> bases) {
        UriReference reference = UriReference.parse(uri);
        return isElsewhere(bases) || isElsewhere(reference)
                ? uri
                : onUs(reference).toString();
    }

    private static UriReference onUs(UriReference reference) {
        if (!reference.namesHost()) {
            return reference;
        }
        String path = reference.path().isEmpty() ? "/" : reference.path();
        return new UriReference(null, null, path, reference.query(), reference.fragment());
    }

    /** The innermost base that names a host decides. */
    private boolean isElsewhere(List<String> bases) {
        for (int i = bases.size() - 1; i >= 0; i--) {
            UriReference base = UriReference.parse(bases.get(i));
            if (base.namesHost() || !base.mayBeHttp()) {
                return isElsewhere(base);
            }
        }
        return false;
    }

    private boolean isElsewhere(UriReference reference) {
        if (!reference.mayBeHttp()) {
            return true;
        }
        String authority = reference.authority();
        if (authority == null) {
            // http:x is a relative reference only to parsers of the last century.
            return reference.scheme() != null;
        }
        return !originAuthorities.contains(authority.toLowerCase(Locale.ROOT));
    }
}
