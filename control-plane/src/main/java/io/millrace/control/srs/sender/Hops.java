package io.millrace.control.srs.sender;

import io.millrace.control.registry.registration.Sender;
import io.millrace.control.security.PeerAddress;
import io.millrace.model.address.Networks;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way of a request: the peer, and whom proxies name before it. A proxy in an allowed network must not carry the rest of the world in with it,
 * so all of them count; who makes one up only adds to what has to be allowed.
 *
 * @param forwarded as the headers name them; what is no address lies in no network
 * @param local whether the peer is on this machine and passes nothing on
 */
record Hops(String peer, List<String> forwarded, boolean local) {

    private static final String LOOPBACK = "127.0.0.1";

    static Hops of(HttpServerRequest request) {
        List<String> forwarded = Stream.of("X-Forwarded-For", "X-Real-IP", "Forwarded")
                .flatMap(name -> request.headers().getAll(name).stream())
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toList();
        String peer = PeerAddress.of(request);
        boolean here = peer.equals(PeerAddress.text(request.localAddress()))
                || Networks.address(peer).filter(InetAddress::isLoopbackAddress).isPresent();
        return new Hops(peer, forwarded, here && forwarded.isEmpty());
    }

    boolean areIn(Networks networks) {
        return (networks.contain(peer) || (local && networks.contain(LOOPBACK)))
                && forwarded.stream().allMatch(networks::contain);
    }

    Sender sender(Sender.Scope scope) {
        return new Sender(peer, local, scope);
    }
}
