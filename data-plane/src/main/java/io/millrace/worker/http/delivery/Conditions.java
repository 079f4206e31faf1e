package io.millrace.worker.http.delivery;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client says about what it has and takes (RFC 9110 sections 12.5.3 and 13). */
final class Conditions {

    private Conditions() {}

    /** Compares weakly, as If-None-Match does. */
    static boolean matches(@Nullable String ifNoneMatch, @Nullable String tag) {
        if (ifNoneMatch == null || tag == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String text = candidate.strip();
            if (text.equals("*") || strong(text).equals(strong(tag))) {
                return true;
            }
        }
        return false;
    }

    private static String strong(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** Whether the client has what these headers describe. */
    static boolean isUnchanged(HttpHeaders asked, HttpHeaders answered) {
        String ifNoneMatch = asked.get(HttpHeaderNames.IF_NONE_MATCH);
        if (ifNoneMatch != null) {
            return matches(ifNoneMatch, answered.get(HttpHeaderNames.ETAG));
        }
        Instant since = date(asked.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        Instant modified = date(answered.get(HttpHeaderNames.LAST_MODIFIED));
        return since != null && modified != null && !modified.isAfter(since);
    }

    /** Whether a range is of the same thing that the client has a part of. */
    static boolean rangeHolds(HttpHeaders asked, HttpHeaders answered) {
        String ifRange = asked.get(HttpHeaderNames.IF_RANGE);
        if (ifRange == null) {
            return true;
        }
        String text = ifRange.strip();
        return text.startsWith("\"")
                ? text.equals(answered.get(HttpHeaderNames.ETAG))
                : text.equals(answered.get(HttpHeaderNames.LAST_MODIFIED));
    }

    private static @Nullable Instant date(@Nullable String text) {
        Date date = text == null ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }

    static boolean acceptsGzip(HttpHeaders asked) {
        for (String line : asked.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
            for (String part : line.split(",", -1)) {
                String[] coding = part.strip().toLowerCase(Locale.ROOT).split(";", 2);
                String name = coding[0].strip();
                if (name.equals("gzip") || name.equals("x-gzip")) {
                    return coding.length == 1 || !coding[1].replace(" ", "").matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }
}
