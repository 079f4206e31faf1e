package io.millrace.worker.entry;

import io.millrace.model.Protocol;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.accept.ConnectionPlaces;
import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsOutcome;
import io.millrace.worker.net.tls.TlsPurpose;
import io.millrace.worker.settings.ListenerAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * How connections of one protocol become sessions.
 *
 * @param proxyProtocol whether every connection opens with that header
 * @param session a new one for each connection; it runs what it is given once, when it has named its stream or has closed
 */
public record StreamEntry(
        Protocol protocol,
        EventLoops loops,
        SessionTable sessions,
        boolean proxyProtocol,
        BiFunction<Channel, Runnable, ChannelHandler> session) {

    /** Connections that have named no stream yet; further ones are closed at once. */
    private static final int MAX_UNNAMED = 10_000;

    /** Begins to listen; fails when the address is taken or not ours. */
    public ConnectionListener listen(ListenerAddress address) throws IOException {
        return listen(address, pipeline -> {});
    }

    /** Likewise behind TLS. */
    public ConnectionListener listen(ListenerAddress address, TlsCertificates certificates, TlsPurpose purpose)
            throws IOException {
        TlsOutcome outcome = new TlsOutcome() {
            @Override
            public void secured(ChannelPipeline pipeline, String spoken) {
                // The session stands behind TLS already.
            }

            @Override
            public void failed(ClientAddress client, boolean late, String detail) {
                CloseReason reason = late ? CloseReason.PEER_HANDSHAKE_TIMEOUT : CloseReason.PEER_PROTOCOL_ERROR;
                sessions.rejected(protocol.word() + "s", reason, client.shown(), detail);
            }
        };
        return listen(address, pipeline -> certificates.secure(pipeline, purpose, outcome));
    }

    /** @param stages what stands before the session in the pipeline of a new connection */
    private ConnectionListener listen(ListenerAddress address, Consumer<ChannelPipeline> stages) throws IOException {
        ConnectionPlaces unnamed = new ConnectionPlaces(
                MAX_UNNAMED,
                loops,
                RefusedConnections.counted(
                        sessions, protocol.word(), MAX_UNNAMED + " connections have named no stream yet"));
        return ConnectionListener.open(
                loops,
                loops.server(),
                address.toSocketAddress(),
                new ConnectionListener.Entrance(unnamed, proxyProtocol),
                (channel, place) -> {
                    stages.accept(channel.pipeline());
                    channel.pipeline().addLast(session.apply(channel, place::leaveKind));
                });
    }
}
