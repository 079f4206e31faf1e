package io.millrace.control.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Bounds connections: how many there are, in all and of one address, how long one may take to send the head of a request, and how many bytes of
 * answers may wait for clients that do not read them.
 *
 * <p>Vert.x shows a connection only once it has sent the head of a request. So the guard stands in front of each listening socket, which the
 * first request to it leads to: our own, at the start.
 */
final class Connections {

    private static final Logger LOG = Logger.getLogger(Connections.class);
    private static final int IPV6_NETWORK_BYTES = 8;

    private final Supplier<ConnectionSettings> settings;
    private final long maxUnread;
    private final Set<ChannelId> guarded = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong unread = new AtomicLong();
    private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final MeterRegistry metrics;

    /** Why a connection is not served on. */
    enum End {
        TOO_MANY,
        TOO_MANY_OF_ADDRESS,
        /** No head of a request in time. */
        SLOW_HEAD,
        /** Nothing of an answer was read in time. */
        UNREAD_ANSWER;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param settings not looked at before the first connection: this is made before they are checked
     * @param maxUnread bytes of answers that may wait
     */
    Connections(Supplier<ConnectionSettings> settings, long maxUnread, MeterRegistry metrics) {
        this.settings = settings;
        this.maxUnread = maxUnread;
        this.metrics = metrics;
        Gauge.builder("millrace.connections", open, AtomicInteger::get)
                .description("Connections to the port of the REST API")
                .register(metrics);
        Gauge.builder("millrace.answers.unread", unread, AtomicLong::get)
                .baseUnit("bytes")
                .description("Bytes of answers that wait for their clients to read them")
                .register(metrics);
        for (End end : End.values()) {
            var _ = counter(end);
        }
    }

    private Counter counter(End end) {
        return Counter.builder("millrace.connections.refused")
                .description("Connections to the port of the REST API that were not served on, by reason")
                .tag("reason", end.word())
                .register(metrics);
    }

    /**
     * To be called with each request before anything else.
     *
     * @return whether there is room for its answer
     */
    boolean requestBegins(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        if (connection instanceof ConnectionBase base) {
            Channel channel = base.channel();
            if (channel.parent() != null && guarded.add(channel.parent().id())) {
                channel.parent().pipeline().addFirst("millrace-connections", new Door());
            }
            ConnectionWatch watch = channel.pipeline().get(ConnectionWatch.class);
            if (watch != null) {
                watch.requestBegins();
                context.addEndHandler(end -> watch.requestEnds());
            }
        }
        return unread.get() <= maxUnread;
    }

    AtomicLong unread() {
        return unread;
    }

    ConnectionSettings settings() {
        return settings.get();
    }

    void refused(Channel channel, End end) {
        counter(end).increment();
        LOG.debugf("connection not served on reason=%s from=%s", end.word(), channel.remoteAddress());
    }

    /** At the listening socket: sees each connection before anything has been made for it. */
    @ChannelHandler.Sharable
    private final class Door extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Channel connection && !admit(connection)) {
                connection.unsafe().closeForcibly();
                return;
            }
            context.fireChannelRead(message);
        }
    }

    private boolean admit(Channel connection) {
        String address = network(connection);
        if (open.incrementAndGet() > settings.get().inAll()) {
            open.decrementAndGet();
            refused(connection, End.TOO_MANY);
            return false;
        }
        if (byAddress.merge(address, 1, Integer::sum) > settings.get().ofOneAddress()) {
            left(address);
            refused(connection, End.TOO_MANY_OF_ADDRESS);
            return false;
        }
        connection.closeFuture().addListener(closed -> left(address));
        connection.pipeline().addFirst(new ConnectionWatch(this));
        return true;
    }

    private void left(String address) {
        open.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count <= 1 ? null : count - 1);
    }

    /** One who has an IPv6 address has a whole network of them. */
    private static String network(Channel connection) {
        if (!(connection.remoteAddress() instanceof InetSocketAddress from)) {
            return "";
        }
        InetAddress address = from.getAddress();
        return address instanceof Inet6Address
                ? Arrays.toString(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES))
                : address.getHostAddress();
    }
}
