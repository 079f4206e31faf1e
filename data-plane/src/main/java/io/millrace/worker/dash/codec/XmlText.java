package io.millrace.worker.dash.codec;

import java.util.function.IntPredicate;

/** Reading of values: entities, blanks, characters that XML has no room for. */
final class XmlText {

    private static final int MAX_REFERENCE = 12;

    private XmlText() {}

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    /** @return the value between the offsets with its entities resolved and each kind of blank as a space */
    static String decoded(String text, int start, int end) {
        StringBuilder out = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            char c = text.charAt(at);
            if (c == '&') {
                int semicolon = text.indexOf(';', at, Math.min(end, at + MAX_REFERENCE));
                if (semicolon < 0) {
                    throw new MpdFormatException("offset " + at + ": an entity without an end");
                }
                appendCharacter(out, character(text.substring(at + 1, semicolon), at), at);
                at = semicolon + 1;
            } else {
                appendCharacter(out, c, at);
                at++;
            }
        }
        return out.toString();
    }

    /** @return the literal characters between the offsets, as a CDATA section holds them */
    static String literal(String text, int start, int end) {
        StringBuilder out = new StringBuilder(end - start);
        for (int at = start; at < end; at++) {
            appendCharacter(out, text.charAt(at), at);
        }
        return out.toString();
    }

    static int skipBlanks(String text, int from, int end) {
        return skip(text, from, end, c -> isBlank((char) c));
    }

    static int withoutBlanksAtEnd(String text, int start, int end) {
        int last = end;
        while (last > start && isBlank(text.charAt(last - 1))) {
            last--;
        }
        return last;
    }

    static int skip(String text, int from, int end, IntPredicate skipped) {
        int at = from;
        while (at < end && skipped.test(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static void appendCharacter(StringBuilder out, int c, int at) {
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
            throw new MpdFormatException("offset " + at + ": a control character");
        }
        out.appendCodePoint(c < ' ' ? ' ' : c);
    }

    private static int character(String name, int at) {
        return switch (name) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> {
                if (name.startsWith("#x")) {
                    yield codePoint(name, 2, 16, at);
                }
                if (name.startsWith("#")) {
                    yield codePoint(name, 1, 10, at);
                }
                throw new MpdFormatException("offset " + at + ": an entity that is not declared");
            }
        };
    }

    private static int codePoint(String name, int digits, int radix, int at) {
        int value = 0;
        for (int i = digits; i < name.length(); i++) {
            int digit = name.charAt(i) < 0x80 ? Character.digit(name.charAt(i), radix) : -1;
            value = digit < 0 || value > Character.MAX_CODE_POINT ? -1 : value * radix + digit;
            if (value < 0) {
                break;
            }
        }
        boolean surrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        if (name.length() == digits || value < 0 || value > Character.MAX_CODE_POINT || surrogate) {
            throw new MpdFormatException("offset " + at + ": a reference to no character");
        }
        return value;
    }
}
