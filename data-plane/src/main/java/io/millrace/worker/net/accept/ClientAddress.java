package io.millrace.worker.net.accept;

import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Who a client is.
 *
 * @param shown {@code host:port}, for people; empty when nothing is known
 */
public record ClientAddress(Optional<InetAddress> ip, String shown) {

    private static final AttributeKey<ClientAddress> TOLD = AttributeKey.valueOf(ClientAddress.class, "told");

    public static final ClientAddress UNKNOWN = new ClientAddress(Optional.empty(), "");

    /** Whoever is at the other end of a connection, or of the connection that carries this channel. */
    public static ClientAddress of(Channel channel) {
        ClientAddress told = channel.attr(TOLD).get();
        if (told == null && channel.parent() != null) {
            told = channel.parent().attr(TOLD).get();
        }
        return told == null ? of(channel.remoteAddress()) : told;
    }

    /** What a balancer said about the connection: {@link #of(Channel)} gives this from now on. */
    void tell(Channel channel) {
        channel.attr(TOLD).set(this);
    }

    public static ClientAddress of(SocketAddress peer) {
        return peer instanceof InetSocketAddress address ? of(address) : UNKNOWN;
    }

    private static ClientAddress of(InetSocketAddress address) {
        Optional<InetAddress> ip = Optional.ofNullable(address.getAddress());
        String host = ip.map(InetAddress::getHostAddress).orElseGet(address::getHostString);
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return new ClientAddress(ip, bracketed + ":" + address.getPort());
    }

    /** The client behind a balancer; a header without addresses is a health check of the balancer itself. Owns the header. */
    public static Optional<ClientAddress> behind(HAProxyMessage header) {
        try {
            return Optional.ofNullable(header.sourceAddress())
                    .map(source -> of(new InetSocketAddress(
                            NetUtil.createInetAddressFromIpAddressString(source), header.sourcePort())));
        } finally {
            header.release();
        }
    }
}
