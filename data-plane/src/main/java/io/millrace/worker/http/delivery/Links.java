package io.millrace.worker.http.delivery;

import io.millrace.worker.http.route.PathRule;
import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.http.route.Scope;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.http.uri.UriReference;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Makes the URIs of one viewer's playlist: those that lead to the origin get the viewer's token and lead to us; others stay. An
 * absolute URL on the origin becomes a path, so that it is fetched from where the playlist was. Each token opens what its URI names and
 * what lies beside it, nothing else.
 */
public final class Links {

    private final Set<String> originAuthorities;
    private final UriReference playlist;
    private final BiFunction<Route.Leads, Scope, String> tokens;
    private final Map<Target, String> written = new HashMap<>();

    private record Target(Route.Leads leads, Scope scope) {}

    /** What a URI without variables says of where it leads. */
    private record Place(Route.Leads leads, List<String> bases, String folder, String extension) {}

    private Place last = new Place(Route.Leads.TO_PLAYLIST, List.of(), "?", "");
    private String lastToken = "";

    /**
     * @param originAuthorities {@code host:port} under which the origin may name itself, in lower case
     * @param path of the playlist, as the viewer asked for it
     * @param tokens makes the viewer's token for each kind of target
     */
    Links(Set<String> originAuthorities, String path, BiFunction<Route.Leads, Scope, String> tokens) {
        this.originAuthorities = originAuthorities;
        this.playlist = UriReference.parse(path);
        this.tokens = tokens;
    }

    public String link(String uri, Route.Leads leads) {
        return link(uri, leads, List.of());
    }

    /** @param bases what the URI is resolved against beside the playlist's own URL, outermost first */
    public String link(String uri, Route.Leads leads, List<String> bases) {
        UriReference reference = UriReference.parse(uri);
        boolean nothingNamed = reference.path().isEmpty() && reference.query() == null && !reference.namesHost();
        if (nothingNamed || isElsewhere(bases) || isElsewhere(reference)) {
            return uri;
        }
        UriReference here = onUs(reference);
        String query = here.query() == null ? "" : here.query();
        return here.withQuery(RawQuery.with(query, RouteTokens.PARAMETER, token(here, leads, bases)))
                .toString();
    }

    private String token(UriReference here, Route.Leads leads, List<String> bases) {
        // Most URIs of a playlist lie where the one before lies. A name without an extension may be none, but dots or
        // nothing.
        Place place = new Place(leads, bases, folder(here.path()), PathRule.extension(here.path()));
        boolean isPlain = !place.extension().isEmpty() && here.path().indexOf('$') < 0;
        if (isPlain && place.equals(last)) {
            return lastToken;
        }
        Target target = new Target(leads, Scope.of(resolved(here, bases).path()));
        String token = written.computeIfAbsent(target, next -> tokens.apply(next.leads(), next.scope()));
        if (isPlain) {
            last = place;
            lastToken = token;
        }
        return token;
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private UriReference resolved(UriReference reference, List<String> bases) {
        UriReference base = playlist;
        for (String next : bases) {
            base = onUs(UriReference.parse(next)).resolvedAgainst(base);
        }
        return reference.resolvedAgainst(base);
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
