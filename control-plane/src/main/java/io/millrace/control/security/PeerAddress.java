package io.millrace.control.security;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The address of the other end of a connection, for the log, for bounds by address, and for lists of networks. */
public final class PeerAddress {

    private static final String UNKNOWN = "unknown";

    private PeerAddress() {}

    public static String of(HttpServerRequest request) {
        return text(request.remoteAddress());
    }

    /** Lies in no network where it is not known. */
    public static String text(@Nullable SocketAddress address) {
        return address == null || address.hostAddress() == null ? UNKNOWN : address.hostAddress();
    }
}
