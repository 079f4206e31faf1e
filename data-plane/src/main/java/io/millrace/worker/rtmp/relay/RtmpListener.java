package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.worker.entry.StreamEntry;
import io.millrace.worker.net.accept.ConnectionListener;
import io.millrace.worker.net.tls.TlsCertificates;
import io.millrace.worker.net.tls.TlsPurpose;
import io.millrace.worker.settings.ListenerAddress;
import java.io.IOException;

/** Accepts RTMP connections. */
public final class RtmpListener {

    private RtmpListener() {}

    /** Begins to listen; fails when the address is taken or not ours. */
    public static ConnectionListener open(RtmpContext context) throws IOException {
        return entry(context).listen(context.settings().listen());
    }

    /** Likewise behind TLS. */
    public static ConnectionListener open(RtmpContext context, ListenerAddress address, TlsCertificates certificates)
            throws IOException {
        return entry(context).listen(address, certificates, TlsPurpose.RTMP);
    }

    private static StreamEntry entry(RtmpContext context) {
        return new StreamEntry(
                Protocol.RTMP,
                context.loops(),
                context.sessions(),
                context.settings().proxyProtocol(),
                (channel, leftNaming) -> new RtmpSession(context, channel, leftNaming));
    }
}
