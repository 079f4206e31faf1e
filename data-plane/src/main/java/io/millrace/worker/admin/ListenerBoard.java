package io.millrace.worker.admin;

import io.millrace.model.Protocol;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which listeners this worker should have and which are up; readiness and the worker's hello read it. Any thread. */
@Singleton
public final class ListenerBoard {

    private final EnumMap<Protocol, Optional<String>> listeners = new EnumMap<>(Protocol.class);
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();

    /** Before it is opened: the worker is not ready until it is {@link #up}. */
    public synchronized void expect(Protocol protocol) {
        listeners.putIfAbsent(protocol, Optional.empty());
    }

    /** @param bound what the socket is really bound to */
    public void up(Protocol protocol, InetSocketAddress bound) {
        String host = bound.getAddress() == null
                ? bound.getHostString()
                : bound.getAddress().getHostAddress();
        set(protocol, Optional.of((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + bound.getPort()));
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

    /** Those that should be up and are not. */
    public synchronized List<Protocol> missing() {
        return listeners.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }
}
