package io.millrace.worker.http.listen;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsOutcome;
import io.millrace.worker.net.tls.TlsPurpose;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;

/** Puts TLS in front of the connections of a port; behind it comes HTTP/2 or HTTP/1, as the client likes. */
public final class SecureConnections {

    private final TlsCertificates certificates;
    private final HttpConnections connections;
    private final SessionTable sessions;

    public SecureConnections(TlsCertificates certificates, HttpConnections connections, SessionTable sessions) {
        this.certificates = certificates;
        this.connections = connections;
        this.sessions = sessions;
    }

    /** Fills the pipeline of a new connection. */
    public void begin(ChannelPipeline pipeline) {
        certificates.secure(pipeline, TlsPurpose.HTTP, new TlsOutcome() {
            @Override
            public void secured(ChannelPipeline secured, String protocol) {
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                    connections.http2(secured);
                } else {
                    connections.http1(secured, true);
                }
            }

            @Override
            public void failed(ClientAddress client, boolean late, String detail) {
                CloseReason reason = late ? CloseReason.PEER_HANDSHAKE_TIMEOUT : CloseReason.PEER_PROTOCOL_ERROR;
                sessions.rejected("https", reason, client.shown(), detail);
            }
        });
    }
}
