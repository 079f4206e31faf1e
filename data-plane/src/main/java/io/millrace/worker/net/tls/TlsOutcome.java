package io.millrace.worker.net.tls;

import io.millrace.worker.net.accept.ClientAddress;
import io.netty.channel.ChannelPipeline;

/**
 * Gets the outcome of the handshake of one connection, on its loop: exactly one of the two, unless the client left before it sent
 * anything.
 */
public interface TlsOutcome {

    /**
     * What is added to the end of the pipeline now sees everything that the client sends inside TLS.
     *
     * @param protocol what ALPN agreed on; empty when nothing
     */
    void secured(ChannelPipeline pipeline, String protocol);

    /**
     * The connection is being closed.
     *
     * @param late whether the time for it was over
     */
    void failed(ClientAddress client, boolean late, String detail);
}
