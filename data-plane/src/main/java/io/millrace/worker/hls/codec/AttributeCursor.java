package io.millrace.worker.hls.codec;

/**
 * Steps through an attribute list (RFC 8216 section 4.2) within a text. Takes what players take: blanks between attributes, values whose
 * quotes were forgotten, items without a value, which it skips.
 */
final class AttributeCursor {

    private final String text;
    private final int line;
    private final int end;
    private int at;
    private int nameStart;
    private int nameEnd;
    private int valueStart;
    private int valueEnd;
    private boolean quoted;

    AttributeCursor(String text, int start, int end, int line) {
        this.text = text;
        this.at = start;
        this.end = end;
        this.line = line;
    }

    /** @return false at the end of the list */
    boolean next() {
        while (at < end) {
            skipSeparators();
            nameStart = at;
            while (at < end && text.charAt(at) != '=' && text.charAt(at) != ',') {
                at++;
            }
            nameEnd = trimmedEnd(nameStart, at);
            if (at < end && text.charAt(at) == '=') {
                at++;
                readValue();
                return true;
            }
        }
        return false;
    }

    String name() {
        return text.substring(nameStart, nameEnd);
    }

    String value() {
        return text.substring(valueStart, valueEnd);
    }

    int valueStart() {
        return valueStart;
    }

    int valueEnd() {
        return valueEnd;
    }

    boolean quoted() {
        return quoted;
    }

    private void readValue() {
        while (at < end && isBlank(text.charAt(at))) {
            at++;
        }
        quoted = at < end && text.charAt(at) == '"';
        if (quoted) {
            valueStart = at + 1;
            valueEnd = text.indexOf('"', valueStart, end);
            if (valueEnd < 0) {
                throw new HlsFormatException("line " + line + ": a value has no closing quote");
            }
            at = valueEnd + 1;
        }
        int comma = text.indexOf(',', at, end);
        int stop = comma < 0 ? end : comma;
        if (!quoted) {
            valueStart = at;
            valueEnd = trimmedEnd(at, stop);
        }
        at = stop;
    }

    private void skipSeparators() {
        while (at < end && (text.charAt(at) == ',' || isBlank(text.charAt(at)))) {
            at++;
        }
    }

    private int trimmedEnd(int from, int to) {
        int trimmed = to;
        while (trimmed > from && isBlank(text.charAt(trimmed - 1))) {
            trimmed--;
        }
        return trimmed;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
