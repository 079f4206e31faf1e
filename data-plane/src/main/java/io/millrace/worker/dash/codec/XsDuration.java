package io.millrace.worker.dash.codec;

/** Durations of XML Schema, {@code P1DT2H3M4.5S}, as milliseconds. A month counts as 30 days, a year as 365. */
final class XsDuration {

    private static final int MAX_DIGITS = 9;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** Longer ones are cut to it: no sum overflows. */
    private static final long MAX = 1_000 * 365 * DAY;

    private XsDuration() {}

    /** @return its length, cut to whole milliseconds; 0 for a negative one, as there is nothing to wait for */
    static long millis(String name, String value) {
        boolean negative = value.startsWith("-");
        int at = negative ? 1 : 0;
        if (!value.startsWith("P", at) || value.length() == at + 1) {
            throw malformed(name);
        }
        at++;
        boolean time = false;
        long sum = 0;
        while (at < value.length()) {
            if (value.charAt(at) == 'T' && !time && at + 1 < value.length()) {
                time = true;
                at++;
            }
            int numberEnd = XmlText.skip(value, at, value.length(), c -> (c >= '0' && c <= '9') || c == '.');
            if (numberEnd == value.length()) {
                throw malformed(name);
            }
            sum = Math.min(
                    MAX, sum + scaled(name, value.substring(at, numberEnd), unit(name, value.charAt(numberEnd), time)));
            at = numberEnd + 1;
        }
        return negative ? 0 : sum;
    }

    private static long unit(String name, char letter, boolean time) {
        return switch (letter) {
            case 'Y' -> time ? refuse(name) : 365 * DAY;
            case 'M' -> time ? MINUTE : 30 * DAY;
            case 'D' -> time ? refuse(name) : DAY;
            case 'H' -> time ? HOUR : refuse(name);
            case 'S' -> time ? SECOND : refuse(name);
            default -> refuse(name);
        };
    }

    private static long scaled(String name, String number, long unit) {
        int point = number.indexOf('.');
        String whole = point < 0 ? number : number.substring(0, point);
        String fraction = point < 0 ? "" : number.substring(point + 1);
        if (whole.length() + fraction.length() == 0 || whole.length() > MAX_DIGITS || fraction.indexOf('.') >= 0) {
            throw malformed(name);
        }
        if (!fraction.isEmpty() && unit != SECOND) {
            throw malformed(name);
        }
        long thousandths = Long.parseLong((fraction + "000").substring(0, 3));
        long units = whole.isEmpty() ? 0 : Long.parseLong(whole);
        return Math.min(units, MAX / unit) * unit + thousandths;
    }

    private static long refuse(String name) {
        throw malformed(name);
    }

    private static MpdFormatException malformed(String name) {
        return new MpdFormatException(name + " is no duration");
    }
}
