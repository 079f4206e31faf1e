package io.millrace.worker.webrtc.session;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.millrace.worker.webrtc.codec.Candidate;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where an origin takes the media of a session, and where its HTTP API is. */
final class OriginMedia {

    private OriginMedia() {}

    /** The listener that signalling goes to. */
    static Optional<Endpoint> api(Origin origin) {
        return origin.endpoint(Listener.API).or(() -> origin.endpoint(Listener.HTTP));
    }

    /**
     * SRS has one port, which it registers; its candidates are what clients shall see, which need not be reachable from here. Others
     * may have a port per session, which only their answer tells.
     */
    static Endpoint endpoint(Origin origin, Endpoint usual, List<Candidate> offered) {
        Endpoint registered = registered(origin).orElse(usual);
        return origin.kind() == OriginKind.SRS
                ? registered
                : offered(registered, offered).orElse(registered);
    }

    private static Optional<Endpoint> registered(Origin origin) {
        return origin.endpoints().getOrDefault(Listener.RTC, List.of()).stream()
                .filter(endpoint -> endpoint.transport() == Transport.UDP)
                .findFirst();
    }

    /** Likewise without a usual one, for origins that are known by their id alone. */
    static Optional<Endpoint> endpoint(Origin origin, List<Candidate> offered) {
        return origin.endpoint(Listener.RTC).map(usual -> endpoint(origin, usual, offered));
    }

    private static Optional<Endpoint> offered(Endpoint registered, List<Candidate> offered) {
        boolean originOnLoopback = isLoopback(registered.host());
        return offered.stream()
                .filter(candidate -> candidate.isUdp() && candidate.component() == 1 && candidate.port() != 0)
                .filter(candidate -> candidate.isIp() && isUsable(address(candidate.address()), originOnLoopback))
                // The address by which we know it is one that we can reach; a relay is a detour.
                .min(Comparator.comparing(
                                (Candidate candidate) -> !candidate.address().equals(registered.host()))
                        .thenComparing(candidate -> candidate.type().equals("relay")))
                .map(candidate -> new Endpoint(Transport.UDP, candidate.address(), candidate.port()));
    }

    private static boolean isLoopback(String host) {
        return AnnouncedAddress.isIp(host) ? address(host).isLoopbackAddress() : host.equals("localhost");
    }

    private static boolean isUsable(InetAddress address, boolean originOnLoopback) {
        return !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                && (originOnLoopback || !address.isLoopbackAddress());
    }

    private static InetAddress address(String literal) {
        return NetUtil.createInetAddressFromIpAddressString(literal);
    }
}
