package io.millrace.worker.hls.codec;

import java.util.HashMap;
import java.util.Map;

/** What EXT-X-DEFINE has named so far, and its use in {@code {$name}}. */
final class Variables {

    /** All replaced URIs together: without a bound a long value, often used, makes of a small text a huge one. */
    private static final int MAX_REPLACED = 4 << 20;

    private final Map<String, String> values = new HashMap<>();
    private int replaced;
    private boolean open;

    void define(String name, String value) {
        values.put(name, value);
    }

    /** @return the text with each known variable replaced by its value */
    String replacedIn(String text) {
        open = false;
        int mark = text.indexOf("{$");
        if (mark < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int written = 0;
        while (mark >= 0) {
            int end = nameEnd(text, mark + 2);
            if (end > mark + 2 && end < text.length() && text.charAt(end) == '}') {
                String value = values.get(text.substring(mark + 2, end));
                if (value == null) {
                    open = true;
                } else {
                    out.append(text, written, mark).append(value);
                    written = end + 1;
                    bound(out.length());
                }
            }
            mark = text.indexOf("{$", end);
        }
        out.append(text, written, text.length());
        bound(out.length());
        replaced += out.length();
        return out.toString();
    }

    /** @return whether the last text holds a variable without a value */
    boolean leftOpen() {
        return open;
    }

    private void bound(int more) {
        if (more > MAX_REPLACED - replaced) {
            throw new HlsFormatException("URIs with their variables replaced exceed " + MAX_REPLACED + " characters");
        }
    }

    private static int nameEnd(String text, int from) {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean allowed =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!allowed) {
                break;
            }
            at++;
        }
        return at;
    }
}
