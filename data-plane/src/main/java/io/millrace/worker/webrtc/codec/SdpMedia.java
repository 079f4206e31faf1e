package io.millrace.worker.webrtc.codec;

/**
 * An {@code m=} line.
 *
 * @param port 0 for a section that is refused, or that lives on another one's transport
 * @param count what stands behind the port, its slash included; almost always empty
 * @param rest protocol and formats
 */
public record SdpMedia(String kind, int port, String count, String rest) {

    /** What sections have that learn their address later (RFC 8840, section 4.1.1). */
    public static final int DISCARD_PORT = 9;

    private static final int MAX_PORT = 65_535;

    /** @param value without {@code m=} */
    static SdpMedia parse(String value) {
        int first = value.indexOf(' ');
        int second = first < 0 ? -1 : value.indexOf(' ', first + 1);
        if (first < 1 || second < 0) {
            throw new SdpFormatException("an m= line is not: kind, port, protocol");
        }
        String portText = value.substring(first + 1, second);
        int slash = portText.indexOf('/');
        String digits = slash < 0 ? portText : portText.substring(0, slash);
        return new SdpMedia(
                value.substring(0, first),
                Digits.number(digits, MAX_PORT)
                        .orElseThrow(() -> new SdpFormatException("the port of an m= line is no port")),
                slash < 0 ? "" : portText.substring(slash),
                value.substring(second + 1));
    }

    /** Whether the port is that of a real address, and not a stand-in. */
    public boolean hasAddress() {
        return port != 0 && port != DISCARD_PORT;
    }

    SdpMedia withPort(int other) {
        return new SdpMedia(kind, other, count, rest);
    }

    @Override
    public String toString() {
        return kind + " " + port + count + " " + rest;
    }
}
