package io.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where an origin listens, with the host already known: {@code tcp://192.168.3.10:1935}, {@code udp://[fd00::1]:8000}.
 *
 * @param host an IP literal without brackets, or a name
 */
public record Endpoint(Transport transport, String host, int port) {

    public Endpoint {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("an endpoint needs a host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /** Reads the canonical form that {@link #toString()} writes. */
    @JsonCreator
    public static Endpoint of(String text) {
        return EndpointText.parse(text, Transport.TCP, "");
    }

    /** {@code host:port}, with brackets around an IPv6 literal. */
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    @JsonValue
    public String toString() {
        return transport.word() + "://" + authority();
    }
}
