package io.millrace.worker.routing.report;

import io.millrace.worker.admin.ListenerBoard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where clients reach this worker's HTTP API: what is set, else the address that it listens on, else the local address
 * of a connection to the control plane.
 */
public final class ApiUrl implements Supplier<String> {

    private static final String LISTENER = "api";

    private final Optional<String> set;
    private final ListenerBoard listeners;
    private final List<URI> controlPlanes;

    public ApiUrl(Optional<String> set, ListenerBoard listeners, List<URI> controlPlanes) {
        this.set = set;
        this.listeners = listeners;
        this.controlPlanes = controlPlanes;
    }

    /** Empty when the listener is not open, or its address is unknown. */
    @Override
    public String get() {
        return set.orElseGet(() -> Optional.ofNullable(listeners.allBound().get(LISTENER))
                .flatMap(this::reachable)
                .map(authority -> "http://" + authority)
                .orElse(""));
    }

    private Optional<String> reachable(String bound) {
        int colon = bound.lastIndexOf(':');
        String host = bound.substring(0, colon);
        String port = bound.substring(colon);
        boolean everywhere = host.equals("0.0.0.0") || host.startsWith("[0:0:0:0:0:0:0:0") || host.equals("[::]");
        return everywhere ? ownAddress().map(own -> own + port) : Optional.of(bound);
    }

    /** Connecting a socket for datagrams sends nothing; the system only decides by which of its addresses it would. */
    private Optional<String> ownAddress() {
        URI controlPlane = controlPlanes.getFirst();
        int port = controlPlane.getPort() < 0 ? 80 : controlPlane.getPort();
        String host = controlPlane.getHost().replace("[", "").replace("]", "");
        try (DatagramChannel socket = DatagramChannel.open()) {
            socket.connect(new InetSocketAddress(host, port));
            InetAddress own = ((InetSocketAddress) socket.getLocalAddress()).getAddress();
            String text = own.getHostAddress();
            return Optional.of(text.indexOf(':') >= 0 ? "[" + text + "]" : text);
        } catch (IOException | UnresolvedAddressException unreachable) {
            return Optional.empty();
        }
    }
}
