package io.millrace.worker.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as Go writes them, since SRS's proxy does: {@code 20s}, {@code 1m30s}, {@code 500ms}; ISO's {@code PT20S} too. */
final class Durations {

    static final String ALLOWED = "a duration such as 500ms, 20s or 1m30s";

    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|ns|h|m|s)");

    private Durations() {}

    static Duration parse(String text) {
        String value = text.strip();
        if (value.equals("0")) {
            return Duration.ZERO;
        }
        if (value.startsWith("P")) {
            try {
                return Duration.parse(value);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("allowed is " + ALLOWED, e);
            }
        }
        Matcher part = PART.matcher(value);
        Duration sum = Duration.ZERO;
        int at = 0;
        while (at < value.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new IllegalArgumentException("allowed is " + ALLOWED);
            }
            sum = sum.plusNanos(
                    new BigDecimal(part.group(1)).multiply(nanos(part.group(2))).longValue());
            at = part.end();
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException("allowed is " + ALLOWED);
        }
        return sum;
    }

    private static BigDecimal nanos(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "h" -> 3_600_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "ms" -> 1_000_000L;
                    case "us" -> 1_000L;
                    default -> 1L;
                });
    }

    /** As Go would write it, for messages. */
    static String show(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
