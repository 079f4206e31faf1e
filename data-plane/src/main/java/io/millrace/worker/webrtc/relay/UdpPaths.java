package io.millrace.worker.webrtc.relay;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose the addresses of clients are, for all loops: the kernel brings what comes from an address to a loop of its choice, and a
 * client may send as soon as it has the answer by which its address was accepted. Any thread.
 */
final class UdpPaths {

    private final ConcurrentHashMap<InetSocketAddress, UdpPath> byAddress = new ConcurrentHashMap<>();

    @Nullable
    UdpPath of(InetSocketAddress address) {
        return byAddress.get(address);
    }

    /** From now on what comes from that address belongs to that path's session. */
    void bind(UdpPath path) {
        UdpPath before = byAddress.put(path.address(), path);
        if (before != null && before.session() != path.session()) {
            before.session().lost(before);
        }
        if (path.session().hasEnded()) {
            unbind(path);
        }
    }

    void unbind(UdpPath path) {
        byAddress.remove(path.address(), path);
    }

    int size() {
        return byAddress.size();
    }
}
