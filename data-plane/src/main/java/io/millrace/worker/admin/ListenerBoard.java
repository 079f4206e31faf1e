package io.millrace.worker.admin;

import io.millrace.model.Protocol;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which listeners this worker should have and which are up; readiness and the worker's hello read it. A listener is known by the
 * protocols that it carries, or by a name if it carries none for media. Any thread.
 */
@Singleton
public final class ListenerBoard {

    private final EnumMap<Protocol, Optional<String>> listeners = new EnumMap<>(Protocol.class);
    private final Map<String, Optional<String>> others = new LinkedHashMap<>();
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();

    /** Before it is opened: the worker is not ready until it is {@link #up}. */
    public synchronized void expect(Protocol protocol) {
        listeners.putIfAbsent(protocol, Optional.empty());
    }

    /** Likewise a listener that carries no protocol for media. */
    public synchronized void expect(String name) {
        others.putIfAbsent(name, Optional.empty());
    }

    /** @param bound what the socket is really bound to */
    public void up(Protocol protocol, InetSocketAddress bound) {
        set(protocol, Optional.of(text(bound)));
    }

    public synchronized void up(String name, InetSocketAddress bound) {
        others.put(name, Optional.of(text(bound)));
    }

    private static String text(InetSocketAddress bound) {
        String host = bound.getAddress() == null
                ? bound.getHostString()
                : bound.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + bound.getPort();
    }

    public synchronized void down(String name) {
        others.put(name, Optional.empty());
    }

    public void down(Protocol protocol) {
        set(protocol, Optional.empty());
    }

    private void set(Protocol protocol, Optional<String> address) {
        synchronized (this) {
            listeners.put(protocol, address);
        }
        observers.forEach(Runnable::run);
    }

    /** Called whenever a listener opened or closed. */
    public void onChange(Runnable observer) {
        observers.add(observer);
    }

    /** {@code host:port} of those that are up. */
    public synchronized Map<Protocol, String> bound() {
        EnumMap<Protocol, String> bound = new EnumMap<>(Protocol.class);
        listeners.forEach((protocol, address) -> address.ifPresent(text -> bound.put(protocol, text)));
        return bound;
    }

    /** All that are up, by protocol or name. */
    public synchronized Map<String, String> allBound() {
        Map<String, String> bound = new LinkedHashMap<>();
        listeners.forEach((protocol, address) -> address.ifPresent(text -> bound.put(protocol.word(), text)));
        others.forEach((name, address) -> address.ifPresent(text -> bound.put(name, text)));
        return bound;
    }

    /** Those that should be up and are not, by protocol or name. */
    public synchronized List<String> missing() {
        List<String> missing = new ArrayList<>();
        listeners.forEach((protocol, address) -> {
            if (address.isEmpty()) {
                missing.add(protocol.word());
            }
        });
        others.forEach((name, address) -> {
            if (address.isEmpty()) {
                missing.add(name);
            }
        });
        return missing;
    }
}
