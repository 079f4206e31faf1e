package io.millrace.worker.rtsp.relay;

import io.millrace.model.Protocol;
import io.millrace.worker.entry.StreamEntry;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsPurpose;
import io.millrace.worker.settings.ListenerAddress;
import java.io.IOException;

/** Accepts RTSP connections. */
public final class RtspListener {

    private RtspListener() {}

    /** Begins to listen; fails when the address is taken or not ours. */
    public static ConnectionListener open(RtspContext context) throws IOException {
        return entry(context).listen(context.settings().listen());
    }

    /** Likewise behind TLS. */
    public static ConnectionListener open(RtspContext context, ListenerAddress address, TlsCertificates certificates)
            throws IOException {
        return entry(context).listen(address, certificates, TlsPurpose.RTSP);
    }

    private static StreamEntry entry(RtspContext context) {
        return new StreamEntry(
                Protocol.RTSP,
                context.loops(),
                context.sessions(),
                context.settings().proxyProtocol(),
                (channel, leftNaming) -> new RtspSession(context, channel, leftNaming));
    }
}
