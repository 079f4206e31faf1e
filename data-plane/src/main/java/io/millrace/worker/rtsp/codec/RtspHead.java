package io.millrace.worker.rtsp.codec;

import java.util.ArrayList;
import java.util.List;

/** Reads the head of a message. */
final class RtspHead {

    static final int MAX_HEADERS = 100;

    private static final String VERSION = "RTSP/1.0";
    private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

    private RtspHead() {}

    /** @param text all lines, each with its end, up to the empty one */
    static RtspMessage parse(String text) {
        List<String> lines = text.lines().toList();
        String first = lines.getFirst();
        RtspHeaders headers = headers(lines.subList(1, lines.size() - 1));
        return first.startsWith("RTSP/") ? response(first, headers) : request(first, headers);
    }

    private static RtspRequest request(String line, RtspHeaders headers) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !isToken(words[0]) || words[1].isEmpty() || hasControl(line)) {
            throw new RtspFormatException("a request line is not METHOD URI RTSP/1.0");
        }
        checkVersion(words[2]);
        return new RtspRequest(words[0], words[1], headers, "");
    }

    private static RtspResponse response(String line, RtspHeaders headers) {
        String[] words = line.split(" ", 3);
        checkVersion(words[0]);
        boolean number = words.length > 1 && words[1].matches("[1-9][0-9][0-9]");
        if (!number || hasControl(line)) {
            throw new RtspFormatException("a status line is not RTSP/1.0 STATUS REASON");
        }
        return new RtspResponse(Integer.parseInt(words[1]), words.length > 2 ? words[2] : "", headers, "");
    }

    private static void checkVersion(String version) {
        if (!version.equals(VERSION)) {
            throw new RtspFormatException(
                    version.startsWith("RTSP/") ? 505 : 400, "the version is '" + version + "', not " + VERSION);
        }
    }

    private static RtspHeaders headers(List<String> lines) {
        List<RtspHeader> headers = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                if (headers.isEmpty()) {
                    throw new RtspFormatException("the first header begins with white space");
                }
                RtspHeader begun = headers.removeLast();
                headers.add(header(begun.name(), (begun.value() + " " + line.strip()).strip()));
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).stripTrailing();
            if (!isToken(name)) {
                throw new RtspFormatException("a header is not NAME: VALUE");
            }
            if (headers.size() == MAX_HEADERS) {
                throw new RtspFormatException("more than " + MAX_HEADERS + " headers");
            }
            headers.add(header(name, line.substring(colon + 1).strip()));
        }
        return new RtspHeaders(headers);
    }

    private static RtspHeader header(String name, String value) {
        if (hasControl(value)) {
            throw new RtspFormatException("a control character in header " + name);
        }
        return new RtspHeader(name, value);
    }

    /** @throws RtspFormatException when headers contradict each other about it, or say nonsense */
    static int contentLength(RtspHeaders headers) {
        int length = -1;
        for (RtspHeader header : headers.all()) {
            if (!header.isNamed("Content-Length")) {
                continue;
            }
            if (!header.value().matches("[0-9]{1,9}")) {
                throw new RtspFormatException("Content-Length is no number");
            }
            int here = Integer.parseInt(header.value());
            if (length >= 0 && length != here) {
                throw new RtspFormatException("two lengths of one body");
            }
            length = here;
        }
        return Math.max(length, 0);
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'A' && c <= 'Z')
                                || (c >= 'a' && c <= 'z')
                                || (c >= '0' && c <= '9')
                                || NAME_MARKS.indexOf(c) >= 0);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    }
}
