package io.millrace.worker.http.semantics;

import java.util.Optional;

/**
 * What a Range header asks for, once the length of the whole is known (RFC 9110 section 14).
 *
 * @param from the first byte
 * @param to the byte after the last one
 */
public record ByteRange(long from, long to) {

    private static final String UNIT = "bytes=";

    /** What is to be done with a Range header. */
    public sealed interface Wish {

        /** No range, or one that is not understood: the whole is the answer. */
        record Whole() implements Wish {}

        record Part(ByteRange range) implements Wish {}

        /** Nothing of it exists. */
        record Unsatisfiable() implements Wish {}
    }

    /** One range is served; several are answered with the whole, as a server may. */
    public static Wish read(Optional<String> header, long length) {
        String text = header.map(String::strip).orElse("");
        if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length()) || text.indexOf(',') >= 0) {
            return new Wish.Whole();
        }
        String spec = text.substring(UNIT.length()).strip();
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return new Wish.Whole();
        }
        String first = spec.substring(0, dash).strip();
        String last = spec.substring(dash + 1).strip();
        if ((first.isEmpty() && last.isEmpty()) || !isNumber(first) || !isNumber(last)) {
            return new Wish.Whole();
        }
        if (first.isEmpty()) {
            long suffix = number(last);
            return suffix == 0 || length == 0
                    ? new Wish.Unsatisfiable()
                    : new Wish.Part(new ByteRange(Math.max(0, length - suffix), length));
        }
        long from = number(first);
        long to = last.isEmpty() ? length : number(last) + 1;
        if (!last.isEmpty() && to <= from) {
            return new Wish.Whole();
        }
        return from >= length ? new Wish.Unsatisfiable() : new Wish.Part(new ByteRange(from, Math.min(to, length)));
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Anything beyond 18 digits is beyond every object. */
    private static long number(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
    }

    public long length() {
        return to - from;
    }

    /** For Content-Range. */
    public String header(long whole) {
        return "bytes " + from + "-" + (to - 1) + "/" + whole;
    }

    /** Likewise when nothing of the range exists. */
    public static String unsatisfied(long whole) {
        return "bytes */" + whole;
    }
}
