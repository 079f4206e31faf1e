package io.millrace.worker.rtsp;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator sets for RTSP.
 *
 * @param listen MILLRACE_RTSP_SERVER
 * @param requestTimeout from accept to the request that names a stream
 * @param idleTimeout a session that nothing comes for so long is over
 * @param stallTimeout a peer that reads nothing for so long, while something waits for it, is gone
 * @param udpPorts where media is sent from and received as datagrams; empty for media over TCP only
 * @param proxyProtocol whether every connection opens with a PROXY protocol header (v1 or v2)
 * @param originConnectTimeout until an origin accepts a connection
 * @param originAnswerTimeout until an origin answers its first request
 * @param originHedgeAfter until another origin of a new stream is dialled beside one that has not answered anything
 */
public record RtspSettings(
        ListenerAddress listen,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration stallTimeout,
        Optional<PortRange> udpPorts,
        boolean proxyProtocol,
        Duration originConnectTimeout,
        Duration originAnswerTimeout,
        Duration originHedgeAfter) {}
