package io.millrace.worker.webrtc.codec;

import java.util.Optional;

/**
 * One line as it was sent.
 *
 * @param text without its end
 * @param end CRLF or LF; empty only where the whole text ends without one
 */
public record SdpLine(String text, String end) {

    static SdpLine attribute(String name, String value, String end) {
        return new SdpLine("a=" + name + ":" + value, end);
    }

    boolean is(char type) {
        return text.length() >= 2 && text.charAt(0) == type;
    }

    /** What follows the equals sign. */
    String value() {
        return text.substring(2);
    }

    /** Names distinguish case (RFC 8866, section 6). */
    boolean isAttribute(String name) {
        return is('a')
                && text.startsWith(name, 2)
                && (text.length() == 2 + name.length() || text.charAt(2 + name.length()) == ':');
    }

    /** The value of {@code a=name:value}, empty for {@code a=name}; nothing for other lines. */
    Optional<String> attribute(String name) {
        if (!isAttribute(name)) {
            return Optional.empty();
        }
        int begin = 2 + name.length() + 1;
        return Optional.of(begin > text.length() ? "" : text.substring(begin));
    }

    SdpLine withText(String other) {
        return new SdpLine(other, end);
    }

    SdpLine ended(String usual) {
        return end.isEmpty() ? new SdpLine(text, usual) : this;
    }
}
