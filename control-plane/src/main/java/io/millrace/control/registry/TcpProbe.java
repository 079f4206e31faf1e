package io.millrace.control.registry;

import io.millrace.model.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens a TCP connection and closes it again, each on a virtual thread of its own. */
final class TcpProbe implements Probe {

    private final int timeoutMillis;

    TcpProbe(Duration timeout) {
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    @Override
    public void connect(Endpoint endpoint, Consumer<@Nullable String> result) {
        var _ = Thread.ofVirtual().name("probe " + endpoint.authority()).start(() -> result.accept(attempt(endpoint)));
    }

    private @Nullable String attempt(Endpoint endpoint) {
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            return endpoint + " has an unknown host";
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, timeoutMillis);
            return null;
        } catch (SocketTimeoutException e) {
            return endpoint + " did not answer within " + timeoutMillis + "ms";
        } catch (IOException e) {
            return endpoint + ": " + e.getMessage();
        }
    }
}
