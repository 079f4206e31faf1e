package io.millrace.worker.http.files;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request's conditions and range make of a file: RFC 9110, sections 13 and 14. */
final class Conditions {

    /** At most 18 digits fit a long. */
    private static final Pattern ONE_RANGE = Pattern.compile("(?i)bytes=[ \\t]*(\\d{0,18})-(\\d{0,18})[ \\t]*");

    private Conditions() {}

    /** What is to be sent. */
    sealed interface Outcome {}

    record NotModified() implements Outcome {}

    record Whole() implements Outcome {}

    /** @param last inclusive */
    record Part(long first, long last) implements Outcome {}

    /** The range lies behind the end. */
    record Unsatisfiable() implements Outcome {}

    static boolean notModified(HttpHeaders request, String etag, Instant modified) {
        if (request.contains(HttpHeaderNames.IF_NONE_MATCH)) {
            return request.getAll(HttpHeaderNames.IF_NONE_MATCH).stream().anyMatch(list -> names(list, etag));
        }
        Instant since = date(request.get(HttpHeaderNames.IF_MODIFIED_SINCE));
        return since != null && !modified.truncatedTo(ChronoUnit.SECONDS).isAfter(since);
    }

    /** @param rangesCount whether the method knows ranges: GET alone does */
    static Outcome of(HttpHeaders request, String etag, Instant modified, long size, boolean rangesCount) {
        if (notModified(request, etag, modified)) {
            return new NotModified();
        }
        String range = request.get(HttpHeaderNames.RANGE);
        if (!rangesCount || range == null || !ifRangeHolds(request.get(HttpHeaderNames.IF_RANGE), etag, modified)) {
            return new Whole();
        }
        return range(range, size);
    }

    /** Several ranges at once, other units and nonsense are ignored, as a server may. */
    private static Outcome range(String text, long size) {
        Matcher range = ONE_RANGE.matcher(text);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Whole();
        }
        if (range.group(1).isEmpty()) {
            long length = Math.min(size, Long.parseLong(range.group(2)));
            return length == 0 ? new Unsatisfiable() : new Part(size - length, size - 1);
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
        if (last < first) {
            return new Whole();
        }
        return first >= size ? new Unsatisfiable() : new Part(first, Math.min(last, size - 1));
    }

    private static boolean names(String list, String etag) {
        for (String entry : list.split(",", -1)) {
            String one = entry.strip();
            if (one.equals("*") || (one.startsWith("W/") ? one.substring(2) : one).equals(etag)) {
                return true;
            }
        }
        return false;
    }

    private static boolean ifRangeHolds(@Nullable String ifRange, String etag, Instant modified) {
        if (ifRange == null || ifRange.strip().equals(etag)) {
            return true;
        }
        Instant date = date(ifRange);
        return date != null && date.equals(modified.truncatedTo(ChronoUnit.SECONDS));
    }

    private static @Nullable Instant date(@Nullable String text) {
        Date date = text == null ? null : DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }
}
