package io.millrace.control.settings;

import io.millrace.model.address.Networks;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the spellings that settings come in, those of SRS's proxy (Go) among them. */
public final class SettingText {

    private static final Pattern GO_DURATION = Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ns|us|ms|s|m|h|d))+");
    private static final Pattern GO_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h|d)");

    private SettingText() {}

    /** {@code 15s}, {@code 1m30s}, {@code 500ms}, {@code 15} (seconds) or ISO 8601 ({@code PT15S}). */
    public static Duration duration(String property, String text, Duration min, Duration max) {
        Duration value = durationOrNegative(text.strip());
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidSettingException(
                    property, text, "a duration from " + show(min) + " to " + show(max) + ", such as 15s or 1m30s");
        }
        return value;
    }

    /** {@code none}, or networks separated by commas. */
    public static Networks networks(String property, String text) {
        try {
            return Networks.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(property, text, Networks.FORM);
        }
    }

    /** A whole number. */
    public static int number(String property, String text, int min, int max) {
        String digits = text.strip();
        if (digits.matches("\\d{1,9}")) {
            int value = Integer.parseInt(digits);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw new InvalidSettingException(property, text, "a whole number from " + min + " to " + max);
    }

    /** {@code on}, {@code true}, {@code yes}, {@code 1} and their opposites. */
    public static boolean flag(String property, String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> true;
            case "off", "false", "no", "0" -> false;
            default -> throw new InvalidSettingException(property, text, "on or off");
        };
    }

    private static Duration durationOrNegative(String text) {
        Duration invalid = Duration.ofNanos(-1);
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        if (GO_DURATION.matcher(text).matches()) {
            Duration sum = Duration.ZERO;
            for (Matcher part = GO_PART.matcher(text); part.find(); ) {
                sum = sum.plusNanos((long) (Double.parseDouble(part.group(1)) * nanos(part.group(2))));
            }
            return sum;
        }
        try {
            return text.regionMatches(true, 0, "PT", 0, 2) ? Duration.parse(text) : invalid;
        } catch (DateTimeParseException e) {
            return invalid;
        }
    }

    private static double nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> 86_400e9;
        };
    }

    private static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
