package io.millrace.worker.webrtc.announce;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The addresses of this machine's network interfaces, looked up again every few seconds. Any thread. */
public final class SiteAddresses {

    private static final Logger LOG = Logger.getLogger(SiteAddresses.class);
    private static final Duration KEPT = Duration.ofSeconds(10);
    /** Each costs every client a check. */
    private static final int MAX = 8;

    private final Supplier<List<InetAddress>> lookup;
    private final InstantSource clock;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(List.of(), Instant.MIN));

    private record Known(List<InetAddress> all, Instant at) {}

    /** @param lookup gives those of interfaces that are up: {@link #ofInterfaces} */
    public SiteAddresses(Supplier<List<InetAddress>> lookup, InstantSource clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    public static List<InetAddress> ofInterfaces() {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (one.isUp()) {
                    found.addAll(Collections.list(one.getInetAddresses()));
                }
            }
        } catch (SocketException e) {
            LOG.warnf("network interfaces not listed reason=\"%s\"", e.getMessage());
        }
        return found;
    }

    /**
     * Literals, IPv4 first since more clients have it.
     *
     * @param onLoopback whether the client is on this machine; others are told of loopback only when there is nothing else
     */
    List<String> reachable(boolean onLoopback) {
        List<InetAddress> all = all();
        List<InetAddress> site =
                all.stream().filter(address -> !address.isLoopbackAddress()).toList();
        List<InetAddress> loopback =
                all.stream().filter(InetAddress::isLoopbackAddress).toList();
        Stream<InetAddress> wanted = onLoopback ? Stream.concat(loopback.stream(), site.stream()) : site.stream();
        return (site.isEmpty() ? loopback.stream() : wanted)
                .map(NetUtil::toAddressString)
                .limit(MAX)
                .toList();
    }

    private List<InetAddress> all() {
        Known last = known.get();
        Instant now = clock.instant();
        if (last.at().isAfter(now.minus(KEPT))) {
            return last.all();
        }
        List<InetAddress> usable = lookup.get().stream()
                // Those of one link need a zone, which only the client could tell.
                .filter(address -> !address.isLinkLocalAddress() && !address.isAnyLocalAddress())
                .sorted((one, other) -> Integer.compare(one.getAddress().length, other.getAddress().length))
                .toList();
        known.set(new Known(usable, now));
        return usable;
    }
}
