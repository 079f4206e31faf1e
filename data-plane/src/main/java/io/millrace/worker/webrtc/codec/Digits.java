package io.millrace.worker.webrtc.codec;

import java.util.Optional;

/** Numbers as SDP writes them: digits and nothing else. */
final class Digits {

    private static final int MAX_DIGITS = 10;

    private Digits() {}

    static Optional<Integer> number(String text, int max) {
        return number(text, (long) max).map(Long::intValue);
    }

    /** Empty for what is no number, or a larger one. */
    static Optional<Long> number(String text, long max) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long number = Long.parseLong(text);
        return number <= max ? Optional.of(number) : Optional.empty();
    }
}
