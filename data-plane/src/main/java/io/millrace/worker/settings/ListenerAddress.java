package io.millrace.worker.settings;

import java.net.InetSocketAddress;

/**
 * Where to listen: {@code 1935}, {@code host:1935}, {@code [::1]:1935}.
 *
 * @param host an IP literal without brackets or a name; empty for all addresses
 * @param port 0 lets the system choose
 */
public record ListenerAddress(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /**
     * @param usualHost stands in for a missing host; empty for all addresses
     * @throws IllegalArgumentException whose message has what is allowed
     */
    public static ListenerAddress parse(String text, String usualHost) {
        String value = text.strip();
        int colon = value.lastIndexOf(':');
        String host = colon < 0 ? usualHost : value.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw bad();
        }
        if (host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']')) {
            throw bad();
        }
        return new ListenerAddress(host, port(value.substring(colon + 1)));
    }

    private static int port(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw bad();
        }
        return port;
    }

    private static IllegalArgumentException bad() {
        return new IllegalArgumentException("allowed are port, host:port and [ipv6]:port with a port from 0 to 65535");
    }

    /** All addresses when no host is set. */
    public InetSocketAddress toSocketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
