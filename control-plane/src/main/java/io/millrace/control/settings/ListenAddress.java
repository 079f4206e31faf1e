package io.millrace.control.settings;

/**
 * Where a listener listens: {@code port} or {@code host:port}; an IPv6 address stands in brackets. Port 0 takes any free one.
 *
 * @param host without brackets
 */
public record ListenAddress(String host, int port) {

    public static ListenAddress parse(String property, String text, String hostIfMissing) {
        String rest = text.strip();
        String host = hostIfMissing;
        int colon = rest.lastIndexOf(':');
        if (colon >= 0) {
            host = rest.substring(0, colon);
            rest = rest.substring(colon + 1);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.indexOf(':') >= 0) {
                throw invalid(property, text);
            }
            host = host.isEmpty() ? "0.0.0.0" : host;
        }
        if (!rest.matches("\\d{1,5}") || Integer.parseInt(rest) > 65535 || !host.matches("[\\w.:%-]+")) {
            throw invalid(property, text);
        }
        return new ListenAddress(host, Integer.parseInt(rest));
    }

    private static InvalidSettingException invalid(String property, String text) {
        return new InvalidSettingException(
                property,
                text,
                "a port or host:port with a port from 0 to 65535, such as 12025, 0.0.0.0:12025 or [::1]:12025");
    }
}
