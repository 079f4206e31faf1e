package io.millrace.worker.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the bytes of a request's head before it is decoded, and refuses every shape that two readers could understand in two
 * ways (RFC 9112, sections 2.2, 5 and 6.3): a proxy that guesses lets one client's bytes become another one's request. Looks at
 * each byte once, however it arrives.
 */
public final class HeadCheck {

    static final int MAX_REQUEST_LINE = 8 * 1024;
    public static final int MAX_HEADERS_SIZE = 16 * 1024;
    static final int MAX_HEADERS = 100;

    private int seen;
    private int lineBegins;
    private int lines;
    private int requestLineLength;
    private boolean http10;
    private int hosts;
    private int contentLengths;
    private int transferEncodings;

    /** What is known of the head. */
    sealed interface Verdict {}

    /** Its end has not come. */
    record Incomplete() implements Verdict {}

    /** It is whole and may be decoded. */
    record Whole() implements Verdict {}

    /** It must not be decoded, nor what follows it. */
    record Refused(Refusal refusal) implements Verdict {}

    private static final Verdict INCOMPLETE = new Incomplete();
    private static final Verdict WHOLE = new Whole();

    /** Begins with the next head. */
    void reset() {
        seen = 0;
        lineBegins = 0;
        lines = 0;
        requestLineLength = 0;
        http10 = false;
        hosts = 0;
        contentLengths = 0;
        transferEncodings = 0;
    }

    /** @param peeked holds the head so far from its reader index on; left as it is */
    Verdict scan(ByteBuf peeked) {
        int base = peeked.readerIndex();
        int length = peeked.readableBytes();
        while (seen < length) {
            int lineFeed = peeked.indexOf(base + seen, base + length, (byte) '\n');
            int end = lineFeed < 0 ? length : lineFeed - base;
            Refusal tooLong = tooLong(end);
            if (tooLong != null) {
                return new Refused(tooLong);
            }
            seen = end;
            if (lineFeed < 0) {
                return INCOMPLETE;
            }
            seen++;
            String line = peeked.toString(base + lineBegins, end - lineBegins, StandardCharsets.ISO_8859_1);
            if (!line.endsWith("\r")) {
                return new Refused(Refusal.bad("A line ends without CR."));
            }
            line = line.substring(0, line.length() - 1);
            lineBegins = seen;
            lines++;
            if (lines == 1) {
                requestLineLength = seen;
            }
            if (lines > 1 && line.isEmpty()) {
                Refusal wrong = wrongAltogether();
                return wrong == null ? WHOLE : new Refused(wrong);
            }
            Refusal wrong = lines == 1 ? wrongRequestLine(line) : wrongHeader(line);
            if (wrong != null) {
                return new Refused(wrong);
            }
        }
        return INCOMPLETE;
    }

    private @Nullable Refusal tooLong(int end) {
        if (lines == 0 && end > MAX_REQUEST_LINE) {
            return new Refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is longer than 8192 bytes.");
        }
        if (lines > 0 && end - requestLineLength > MAX_HEADERS_SIZE) {
            return new Refusal(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are longer than 16384 bytes.");
        }
        return null;
    }

    private @Nullable Refusal wrongRequestLine(String line) {
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last == first || line.indexOf(' ', first + 1) != last || last == first + 1) {
            return Refusal.bad("The request line is not: method, target, version.");
        }
        if (!isToken(line, 0, first)) {
            return Refusal.bad("The method is no token.");
        }
        for (int i = first; i < line.length(); i++) {
            if (line.charAt(i) < ' ' || line.charAt(i) > '~') {
                return Refusal.bad("The request line holds a character that must be percent-encoded.");
            }
        }
        String version = line.substring(last + 1);
        http10 = version.equals("HTTP/1.0");
        if (http10 || version.equals("HTTP/1.1")) {
            return null;
        }
        return version.matches("HTTP/\\d\\.\\d")
                ? new Refusal(
                        HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.0 and HTTP/1.1 are understood here.")
                : Refusal.bad("The request line ends without an HTTP version.");
    }

    private @Nullable Refusal wrongHeader(String line) {
        if (lines - 1 > MAX_HEADERS) {
            return new Refusal(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are more than 100 header lines.");
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line, 0, colon)) {
            // Continuation lines and white space before the colon end here too.
            return Refusal.bad("A header line does not begin with a name and a colon.");
        }
        for (int i = colon + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return Refusal.bad("A header holds a control character.");
            }
        }
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "host" -> hosts++;
            case "content-length" -> {
                contentLengths++;
                if (value.isEmpty() || value.length() > 15 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    return Refusal.bad("Content-Length is no number.");
                }
            }
            case "transfer-encoding" -> {
                transferEncodings++;
                if (!value.equalsIgnoreCase("chunked")) {
                    return Refusal.bad("Transfer-Encoding is not exactly chunked.");
                }
            }
            default -> {
                // Of no meaning for where the request ends.
            }
        }
        return null;
    }

    private @Nullable Refusal wrongAltogether() {
        if (hosts > 1 || (hosts == 0 && !http10)) {
            return Refusal.bad("There must be one Host.");
        }
        if (contentLengths > 1) {
            return Refusal.bad("There is more than one Content-Length.");
        }
        if (transferEncodings > 1 || (transferEncodings == 1 && (contentLengths > 0 || http10))) {
            return Refusal.bad("Transfer-Encoding stands beside Content-Length, stands twice, or is sent by HTTP/1.0.");
        }
        return null;
    }

    private static boolean isToken(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
