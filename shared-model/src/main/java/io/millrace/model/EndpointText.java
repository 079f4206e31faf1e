package io.millrace.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads the endpoint forms that registrations use: {@code 1935}, {@code tcp://:1935}, {@code tcp://0.0.0.0:1935},
 * {@code udp://192.168.3.10:8000}, {@code udp:0.0.0.0:8000} (of old SRS), {@code 0.0.0.0:1935}, {@code [::]:1935}. A missing or
 * wildcard host means the address that the origin registered with.
 */
public final class EndpointText {

    private static final int MAX_LENGTH = 300;

    /** No host is called so. */
    private static final Pattern OLD_SCHEME = Pattern.compile("(?:tcp|udp):", Pattern.CASE_INSENSITIVE);

    private EndpointText() {}

    /**
     * @param defaultHost stands in for a missing or wildcard host
     * @throws IllegalArgumentException with a message about what is wrong with the text
     */
    public static Endpoint parse(String text, Transport usual, String defaultHost) {
        String rest = text.strip();
        if (rest.isEmpty() || rest.length() > MAX_LENGTH) {
            throw bad(text, "it is empty or longer than " + MAX_LENGTH + " characters");
        }
        Transport transport = usual;
        int scheme = rest.indexOf("://");
        if (scheme >= 0) {
            transport = switch (rest.substring(0, scheme).toLowerCase(Locale.ROOT)) {
                case "tcp" -> Transport.TCP;
                case "udp" -> Transport.UDP;
                default -> throw bad(text, "its scheme is neither tcp nor udp");
            };
            rest = rest.substring(scheme + 3);
        } else if (OLD_SCHEME.matcher(rest).lookingAt()) {
            transport = rest.toLowerCase(Locale.ROOT).startsWith("udp") ? Transport.UDP : Transport.TCP;
            rest = rest.substring(4);
        }
        String host = "";
        String portText = rest;
        int colon = rest.lastIndexOf(':');
        if (colon >= 0) {
            host = rest.substring(0, colon);
            portText = rest.substring(colon + 1);
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw bad(text, "an IPv6 address needs brackets");
        }
        if (host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '[' || c == ']')) {
            throw bad(text, "its host has a character that no host has");
        }
        if (isWildcard(host)) {
            host = defaultHost;
        }
        if (host.isEmpty()) {
            throw bad(text, "it names no host");
        }
        return new Endpoint(transport, host, port(text, portText));
    }

    private static boolean isWildcard(String host) {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
    }

    private static int port(String text, String portText) {
        boolean digits = !portText.isEmpty()
                && portText.length() <= 5
                && portText.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(portText) : -1;
        if (port < 1 || port > 65535) {
            throw bad(text, "its port is not a number between 1 and 65535");
        }
        return port;
    }

    private static IllegalArgumentException bad(String text, String why) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return new IllegalArgumentException("'" + shown + "' is no endpoint: " + why
                + "; allowed are 1935, tcp://:1935, tcp://host:1935, udp://host:8000, host:1935, [ipv6]:1935");
    }
}
