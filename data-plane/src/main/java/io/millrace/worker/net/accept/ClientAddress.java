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
 * The address of a client.
 *
 * @param shown {@code host:port}, for people; empty when nothing is known
 */
public record ClientAddress(Optional<InetAddress> ip, String shown) {

    private static final AttributeKey<ClientAddress> FROM_BALANCER =
            AttributeKey.valueOf(ClientAddress.class, "from-balancer");

    public static final ClientAddress UNKNOWN = new ClientAddress(Optional.empty(), "");

    /** The peer of a connection, or of the connection that carries this channel. */
    public static ClientAddress of(Channel channel) {
        ClientAddress known = channel.attr(FROM_BALANCER).get();
        if (known == null && channel.parent() != null) {
            known = channel.parent().attr(FROM_BALANCER).get();
        }
        return known == null ? of(channel.remoteAddress()) : known;
    }

    /** A balancer named this address: {@link #of(Channel)} returns it from now on. */
    void setFor(Channel channel) {
        channel.attr(FROM_BALANCER).set(this);
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
