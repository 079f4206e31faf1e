package io.millrace.control.store.mesh;

import io.millrace.control.settings.ListenAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Looks up where the control planes are, and which address of this machine they see. */
final class PeerAddresses {

    private static final Logger LOG = Logger.getLogger(PeerAddresses.class);

    private final MeshSettings settings;

    PeerAddresses(MeshSettings settings) {
        this.settings = settings;
    }

    /** Those that can be looked up now. */
    List<InetSocketAddress> all() {
        List<InetSocketAddress> found = new ArrayList<>();
        settings.dnsName().ifPresent(name -> addAll(name, settings.dnsPort(), found));
        for (ListenAddress peer : settings.peers()) {
            addAll(peer.host(), peer.port(), found);
        }
        return List.copyOf(found);
    }

    private static void addAll(String host, int port, List<InetSocketAddress> found) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                found.add(new InetSocketAddress(address, port));
            }
        } catch (UnknownHostException e) {
            // Usual while the others are not there yet.
            LOG.debugf("mesh cannot look up host=%s", host);
        }
    }

    /**
     * The address to listen on. Where only a port is set it is the one that stands in the list, or else the one that this machine uses on
     * the way to the others; every address of the machine would not do, because the others must be told one.
     */
    InetAddress own() throws IOException {
        if (!settings.host().equals(MeshSettings.ANY)) {
            return InetAddress.getByName(settings.host());
        }
        List<InetSocketAddress> peers = all();
        for (InetSocketAddress peer : peers) {
            if (peer.getPort() == settings.port() && isLocal(peer)) {
                return peer.getAddress();
            }
        }
        for (InetSocketAddress peer : peers) {
            if (!isLocal(peer)) {
                return towards(peer);
            }
        }
        return peers.isEmpty() && settings.dnsName().isPresent()
                ? InetAddress.getLocalHost()
                : InetAddress.getLoopbackAddress();
    }

    private static boolean isLocal(InetSocketAddress peer) throws IOException {
        return peer.getAddress().isLoopbackAddress() || NetworkInterface.getByInetAddress(peer.getAddress()) != null;
    }

    private static InetAddress towards(InetSocketAddress peer) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(peer);
            return socket.getLocalAddress();
        }
    }
}
