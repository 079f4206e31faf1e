package io.millrace.worker.http.uri;

import org.jspecify.annotations.Nullable;

/**
 * A URI reference taken apart as RFC 3986 appendix B does it: every text is one, nothing is decoded, checked or refused, so that
 * {@code toString} gives back the text, templates such as {@code seg-$Number%05d$.m4s} included.
 *
 * @param scheme without its colon
 * @param authority without its slashes; empty in {@code file:///x}
 * @param query without its question mark, still encoded; empty in {@code x?}
 * @param fragment without its hash
 */
public record UriReference(
        @Nullable String scheme,
        @Nullable String authority,
        String path,
        @Nullable String query,
        @Nullable String fragment) {

    public static UriReference parse(String text) {
        int hash = text.indexOf('#');
        int end = hash < 0 ? text.length() : hash;
        int mark = text.indexOf('?', 0, end);
        int pathEnd = mark < 0 ? end : mark;
        int start = 0;
        String scheme = null;
        int colon = schemeEnd(text, pathEnd);
        if (colon > 0) {
            scheme = text.substring(0, colon);
            start = colon + 1;
        }
        String authority = null;
        if (pathEnd - start >= 2 && text.charAt(start) == '/' && text.charAt(start + 1) == '/') {
            int slash = text.indexOf('/', start + 2, pathEnd);
            int authorityEnd = slash < 0 ? pathEnd : slash;
            authority = text.substring(start + 2, authorityEnd);
            start = authorityEnd;
        }
        return new UriReference(
                scheme,
                authority,
                text.substring(start, pathEnd),
                mark < 0 ? null : text.substring(mark + 1, end),
                hash < 0 ? null : text.substring(hash + 1));
    }

    /**
     * This reference as seen from {@code base}, RFC 3986 section 5.2.2 in its strict form. A base needs neither scheme nor authority:
     * from a mere path the answer is a mere path, unless this reference names more itself. It never leaves the base's authority by
     * accident: what would read as {@code //host} is written as {@code /.//host}.
     */
    public UriReference resolvedAgainst(UriReference base) {
        if (scheme != null) {
            return new UriReference(scheme, authority, DotSegments.removed(path), query, fragment);
        }
        if (authority != null) {
            return new UriReference(base.scheme, authority, DotSegments.removed(path), query, fragment);
        }
        if (path.isEmpty()) {
            return new UriReference(
                    base.scheme, base.authority, base.path, query == null ? base.query : query, fragment);
        }
        return new UriReference(
                base.scheme, base.authority, DotSegments.removed(base.withLastSegment(path)), query, fragment);
    }

    /** @return a copy with this query; null for none, without even a question mark */
    public UriReference withQuery(@Nullable String newQuery) {
        return new UriReference(scheme, authority, path, newQuery, fragment);
    }

    /** @return whether it is {@code http:} or {@code https:}, or has no scheme and takes the one of its base */
    public boolean mayBeHttp() {
        return scheme == null || "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    }

    /** @return whether it names its own host: {@code http://host/x} or {@code //host/x} */
    public boolean namesHost() {
        return authority != null;
    }

    /** @return path and query, as a request line has them; never empty, never the form {@code //host} */
    public String requestTarget() {
        StringBuilder target = new StringBuilder(path.length() + 16);
        appendPath(target, path.startsWith("//"));
        if (path.isEmpty()) {
            target.append('/');
        }
        return appendQuery(target).toString();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(path.length() + 32);
        if (scheme != null) {
            text.append(scheme).append(':');
        }
        if (authority != null) {
            text.append("//").append(authority);
        }
        if (scheme == null && authority == null && schemeEnd(path, path.length()) > 0) {
            text.append("./");
        }
        appendPath(text, authority == null && path.startsWith("//"));
        appendQuery(text);
        if (fragment != null) {
            text.append('#').append(fragment);
        }
        return text.toString();
    }

    private void appendPath(StringBuilder text, boolean readsAsHost) {
        if (readsAsHost) {
            text.append("/.");
        }
        text.append(path);
    }

    private StringBuilder appendQuery(StringBuilder text) {
        return query == null ? text : text.append('?').append(query);
    }

    private String withLastSegment(String relative) {
        if (relative.startsWith("/")) {
            return relative;
        }
        if (authority != null && path.isEmpty()) {
            return "/" + relative;
        }
        return path.substring(0, path.lastIndexOf('/') + 1) + relative;
    }

    /** @return where the colon after a scheme stands, or -1 where the text starts with none */
    private static int schemeEnd(String text, int end) {
        for (int at = 0; at < end; at++) {
            char c = text.charAt(at);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (c == ':') {
                return at > 0 ? at : -1;
            }
            if (!letter && (at == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
                return -1;
            }
        }
        return -1;
    }
}
