package io.millrace.worker.routing.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * The control planes that can be asked: each URL that is set, and where a name has several addresses, each of those. Every worker has
 * an order of its own, so that they spread over the control planes, and over those that are left when one is unavailable. Any thread;
 * only {@link #lookUp} waits for DNS.
 */
public final class ControlPlaneTargets {

    private final List<URI> urls;
    private final Function<Target, Long> order;
    private final Lookup lookup;
    private final Map<URI, List<Target>> known = new HashMap<>();
    private volatile List<Target> targets;
    private volatile Target current;

    /**
     * One control plane.
     *
     * @param host what to name in the request where the URL holds an address in place of a name; else empty
     */
    record Target(URI url, String host) {}

    /** Finds all addresses of a name. */
    public interface Lookup {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    private ControlPlaneTargets(List<URI> urls, Function<Target, Long> order, Lookup lookup) {
        this.urls = urls;
        this.order = order;
        this.lookup = lookup;
        this.targets = ordered(urls.stream().map(url -> new Target(url, "")).toList());
        this.current = targets.getFirst();
    }

    /** In the order that the worker's name makes. */
    public static ControlPlaneTargets of(List<URI> urls, String worker, Lookup lookup) {
        return new ControlPlaneTargets(urls, target -> rank(worker, target), lookup);
    }

    /** In the order given. */
    static ControlPlaneTargets inOrder(List<URI> urls) {
        return new ControlPlaneTargets(urls, target -> 0L, host -> Arrays.asList(InetAddress.getAllByName(host)));
    }

    /** A target that comes or goes changes the place of no other. */
    private static long rank(String worker, Target target) {
        CRC32C crc = new CRC32C();
        crc.update((target.url().getAuthority() + "\n" + worker).getBytes(StandardCharsets.UTF_8));
        // The checksums of texts that end alike differ in the same bits everywhere; multiplied, the order is another
        // for each.
        return (crc.getValue() * 0x9e3779b97f4a7c15L) >>> 1;
    }

    private List<Target> ordered(List<Target> found) {
        return found.stream().distinct().sorted(Comparator.comparing(order)).toList();
    }

    Target current() {
        return current;
    }

    /** The one that this worker uses while all are available. */
    Target preferred() {
        return targets.getFirst();
    }

    int size() {
        return targets.size();
    }

    /** Changes to the next one, unless another call has done so. */
    synchronized void leave(Target failed) {
        if (current.equals(failed)) {
            current = after(failed);
        }
    }

    synchronized void use(Target next) {
        current = next;
    }

    Target after(Target one) {
        List<Target> all = targets;
        return all.get((all.indexOf(one) + 1) % all.size());
    }

    /** Asks DNS anew; what it does not answer stays as it was. Waits for it. */
    void lookUp() {
        Map<URI, List<Target>> found = new HashMap<>();
        for (URI url : urls) {
            found.put(url, expanded(url));
        }
        synchronized (this) {
            known.putAll(found);
            List<Target> all = new ArrayList<>();
            urls.forEach(url -> all.addAll(known.getOrDefault(url, List.of())));
            targets = ordered(all);
            // One that DNS does not name any more may be on its way out, but as long as it answers nothing is wrong
            // with it. A name
            // whose addresses are known now gives way to them.
            boolean nameOnly = current.host().isEmpty() && !targets.contains(current);
            if (nameOnly) {
                current = targets.getFirst();
            }
        }
    }

    private List<Target> expanded(URI url) {
        List<Target> before;
        synchronized (this) {
            before = known.getOrDefault(url, List.of(new Target(url, "")));
        }
        // A certificate is made out to the name.
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            return before;
        }
        try {
            List<InetAddress> addresses = lookup.addresses(url.getHost());
            return addresses.size() < 2
                    ? List.of(new Target(url, ""))
                    : addresses.stream().map(address -> at(url, address)).toList();
        } catch (UnknownHostException silent) {
            return before;
        }
    }

    private static Target at(URI url, InetAddress address) {
        String ip = address.getHostAddress();
        int zone = ip.indexOf('%');
        String literal = ip.indexOf(':') < 0 ? ip : "[" + (zone < 0 ? ip : ip.substring(0, zone)) + "]";
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new Target(URI.create("http://" + literal + port + path), url.getHost() + port);
    }
}
