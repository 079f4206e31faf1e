package io.millrace.model.log;

/** Text that others have a hand in, as it may stand in a log: one line, and nothing that a terminal would obey. */
public final class LogText {

    private static final int DELETE = 0x7f;
    private static final int LAST_C1 = 0x9f;

    private static final int MAX_QUOTED = 300;

    private LogText() {}

    /** In quotes, shortened, without the characters that would end the line or the quotes. */
    public static String quoted(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_QUOTED) + 2).append('"');
        for (int i = 0; i < text.length() && i < MAX_QUOTED; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? '.' : c == '"' ? '\'' : c);
        }
        return line.append(text.length() > MAX_QUOTED ? "...\"" : "\"").toString();
    }

    /** The same text where nothing has to be changed, which is nearly always. */
    public static String escaped(String text) {
        int first = firstHarmful(text);
        if (first < 0) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isHarmful(c)) {
                escaped.append(c);
                continue;
            }
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }

    public static boolean isClean(String text) {
        return firstHarmful(text) < 0;
    }

    private static int firstHarmful(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHarmful(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    /** Control characters, what ends a line in Unicode, and what turns the direction of the text around it. */
    private static boolean isHarmful(char c) {
        if (c < ' ' || (c >= DELETE && c <= LAST_C1)) {
            return true;
        }
        return c == '\u2028'
                || c == '\u2029'
                || c == '\u061c'
                || c == '\u200e'
                || c == '\u200f'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
