package io.millrace.worker.http.server;

import java.util.HexFormat;

/** Whether a path means one thing to everybody: to us, to the file system, and to the origin behind us. */
final class PathCheck {

    private PathCheck() {}

    /** @return what is wrong with a path as it was sent; empty when nothing is */
    static String problemOf(String path) {
        if (!path.startsWith("/")) {
            return "The path does not begin with a slash.";
        }
        if (!isPlain(path) || path.indexOf('\\') >= 0) {
            return "The path holds a character that must be percent-encoded.";
        }
        String escapes = problemOfEscapes(path);
        if (!escapes.isEmpty()) {
            return escapes;
        }
        int begin = 1;
        while (begin < path.length()) {
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(begin, end);
            int parameter = segment.indexOf(';');
            String name = parameter < 0 ? segment : segment.substring(0, parameter);
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return "The path holds an empty segment, or one of dots.";
            }
            begin = end + 1;
        }
        return "";
    }

    /** Dots, slashes, backslashes and control characters have no business behind a percent sign. */
    private static String problemOfEscapes(String path) {
        for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
            if (at + 2 >= path.length()
                    || !HexFormat.isHexDigit(path.charAt(at + 1))
                    || !HexFormat.isHexDigit(path.charAt(at + 2))) {
                return "The path holds a percent sign without two hexadecimal digits.";
            }
            int value = HexFormat.fromHexDigits(path, at + 1, at + 3);
            if (value < ' ' || value == 0x7f || value == '.' || value == '/' || value == '\\') {
                return "The path holds an encoded dot, slash, backslash or control character.";
            }
        }
        return "";
    }

    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                return false;
            }
        }
        return true;
    }
}
