package io.millrace.control.security.login;

import io.millrace.model.address.Networks;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request was made on this machine by somebody who meant to reach this machine: neither passed on by a proxy, nor by a page in a
 * browser whose name was made to lead here.
 */
public final class ThisMachine {

    private static final List<String> PASSED_ON =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via");

    private ThisMachine() {}

    public static boolean sent(HttpServerRequest request) {
        return isLoopback(request.remoteAddress())
                && namesLoopback(request.authority())
                && PASSED_ON.stream().noneMatch(request.headers()::contains);
    }

    private static boolean isLoopback(@Nullable SocketAddress peer) {
        return peer != null
                && peer.hostAddress() != null
                && Networks.address(peer.hostAddress())
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    private static boolean namesLoopback(@Nullable HostAndPort host) {
        if (host == null) {
            return false;
        }
        String name = host.host();
        String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        return bare.equalsIgnoreCase("localhost")
                || Networks.address(bare).filter(InetAddress::isLoopbackAddress).isPresent();
    }
}
