package io.millrace.worker.webrtc;

import io.netty.util.NetUtil;
import java.util.Optional;

/**
 * Where clients are told to send media.
 *
 * @param ip a literal without brackets; browsers resolve no names in candidates
 * @param port 0 for the listener's own
 */
public record AnnouncedAddress(String ip, int port) {

    /** What {@link #parse} takes, for messages. */
    public static final String ALLOWED = "ip, ip:port, [ipv6]:port";

    private static final int MAX_TEXT = 64;

    /** Empty for what is no address. */
    public static Optional<AnnouncedAddress> parse(String text) {
        String value = text.strip();
        if (value.length() > MAX_TEXT) {
            return Optional.empty();
        }
        if (isIp(value)) {
            return Optional.of(new AnnouncedAddress(value, 0));
        }
        int colon = value.lastIndexOf(':');
        boolean bracketed = value.startsWith("[");
        if (bracketed && value.endsWith("]")) {
            return of(value, 0);
        }
        if (colon < 0) {
            return Optional.empty();
        }
        return port(value.substring(colon + 1)).flatMap(port -> of(value.substring(0, colon), port));
    }

    private static Optional<AnnouncedAddress> of(String host, int port) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String ip = bracketed ? host.substring(1, host.length() - 1) : host;
        boolean valid = bracketed ? isIpv6(ip) : NetUtil.isValidIpV4Address(ip);
        return valid ? Optional.of(new AnnouncedAddress(ip, port)) : Optional.empty();
    }

    private static Optional<Integer> port(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : 0;
        return port >= 1 && port <= 65_535 ? Optional.of(port) : Optional.empty();
    }

    /** Whether a text is an IP literal without brackets and without a zone. */
    public static boolean isIp(String text) {
        return NetUtil.isValidIpV4Address(text) || isIpv6(text);
    }

    private static boolean isIpv6(String text) {
        return text.indexOf('%') < 0 && text.indexOf('[') < 0 && NetUtil.isValidIpV6Address(text);
    }

    public boolean isIpv6() {
        return ip.indexOf(':') >= 0;
    }
}
