package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.CloseReason;
import io.millrace.worker.net.ClientAddress;
import io.millrace.worker.net.ConnectionListener;
import io.millrace.worker.net.ProxyHeader;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsOutcome;
import io.millrace.worker.net.tls.TlsPurpose;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Accepts RTMP connections. */
public final class RtmpListener implements AutoCloseable {

    /** Connections that have named no stream yet; a crowd beyond this is turned away at the door. */
    private static final int MAX_OPENING = 10_000;

    private final ConnectionListener connections;

    private RtmpListener(ConnectionListener connections) {
        this.connections = connections;
    }

    /** Begins to listen; fails when the address is taken or not ours. */
    public static RtmpListener open(RtmpContext context) throws IOException {
        return open(context, context.settings().listen(), pipeline -> {});
    }

    /** Likewise behind TLS. */
    public static RtmpListener open(RtmpContext context, ListenerAddress address, TlsCertificates certificates)
            throws IOException {
        TlsOutcome outcome = new TlsOutcome() {
            @Override
            public void secured(ChannelPipeline pipeline, String protocol) {
                // The session stands behind TLS already.
            }

            @Override
            public void failed(ClientAddress client, boolean late, String detail) {
                CloseReason reason = late ? CloseReason.PEER_HANDSHAKE_TIMEOUT : CloseReason.PEER_PROTOCOL_ERROR;
                context.sessions().rejected("rtmps", reason, client.shown(), detail);
            }
        };
        return open(context, address, pipeline -> certificates.secure(pipeline, TlsPurpose.RTMP, outcome));
    }

    /** @param stages what stands before the session in the pipeline of a new connection */
    private static RtmpListener open(RtmpContext context, ListenerAddress address, Consumer<ChannelPipeline> stages)
            throws IOException {
        AtomicInteger openings = new AtomicInteger();
        return new RtmpListener(ConnectionListener.open(
                context.loops().server(), address.toSocketAddress(), channel -> {
                    if (openings.incrementAndGet() > MAX_OPENING) {
                        openings.decrementAndGet();
                        context.sessions()
                                .rejected(
                                        Protocol.RTMP,
                                        CloseReason.TOO_MANY_SESSIONS,
                                        String.valueOf(channel.remoteAddress()),
                                        MAX_OPENING + " connections have named no stream yet");
                        channel.close();
                        return;
                    }
                    if (context.settings().proxyProtocol()) {
                        ProxyHeader.expect(channel.pipeline());
                    }
                    stages.accept(channel.pipeline());
                    channel.pipeline().addLast(new RtmpSession(context, openings::decrementAndGet));
                }));
    }

    public InetSocketAddress boundTo() {
        return connections.boundTo();
    }

    /** Stops accepting; what is open stays open. */
    @Override
    public void close() {
        connections.close();
    }
}
