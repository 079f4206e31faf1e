package io.millrace.worker.http.semantics;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client says about what it has and takes (RFC 9110 sections 12.5.3 and 13), against the headers that describe the answer. */
public final class Conditions {

    private Conditions() {}

    /** Whether the client has what these headers describe. */
    public static boolean isUnchanged(HttpHeaders asked, HttpHeaders answered) {
        if (asked.contains(HttpHeaderNames.IF_NONE_MATCH)) {
            String tag = answered.get(HttpHeaderNames.ETAG);
            return tag != null
                    && asked.getAll(HttpHeaderNames.IF_NONE_MATCH).stream().anyMatch(tags -> matches(tags, tag));
        }
        Instant since = date(asked.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        Instant modified = date(answered.get(HttpHeaderNames.LAST_MODIFIED));
        return since != null && modified != null && !modified.isAfter(since);
    }

    /** Compares weakly, as If-None-Match does. */
    private static boolean matches(String tags, String tag) {
        for (String candidate : tags.split(",", -1)) {
            String text = candidate.strip();
            if (text.equals("*") || withoutWeakness(text).equals(withoutWeakness(tag))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutWeakness(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** The Range header that counts: none where the client has a part of something older. */
    public static Optional<String> range(HttpHeaders asked, HttpHeaders answered) {
        return Optional.ofNullable(asked.get(HttpHeaderNames.RANGE)).filter(range -> ifRangeHolds(asked, answered));
    }

    /** Compares strongly, as If-Range does. */
    private static boolean ifRangeHolds(HttpHeaders asked, HttpHeaders answered) {
        String ifRange = asked.get(HttpHeaderNames.IF_RANGE);
        if (ifRange == null) {
            return true;
        }
        String text = ifRange.strip();
        if (text.startsWith("\"")) {
            return text.equals(answered.get(HttpHeaderNames.ETAG));
        }
        Instant date = date(text);
        return date != null && date.equals(date(answered.get(HttpHeaderNames.LAST_MODIFIED)));
    }

    private static @Nullable Instant date(@Nullable String text) {
        Date date = text == null ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }

    public static boolean acceptsGzip(HttpHeaders asked) {
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
