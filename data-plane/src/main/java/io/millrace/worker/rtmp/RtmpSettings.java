package io.millrace.worker.rtmp;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;

/**
 * What an operator sets for RTMP.
 *
 * @param listen PROXY_RTMP_SERVER
 * @param handshakeTimeout from accept to the end of the handshake
 * @param commandTimeout from the handshake to publish or play
 * @param publishIdleTimeout a publisher that sends nothing for so long is gone
 * @param playIdleTimeout a stream that brings its viewer nothing for so long is over
 * @param stallTimeout a peer that reads nothing for so long, while something waits for it, is gone
 * @param proxyProtocol whether every connection opens with a PROXY protocol header (v1 or v2)
 * @param srsRealIp whether origins of kind SRS are told the client's address by SRS's prefix
 * @param originConnectTimeout until an origin accepts a connection
 * @param originAnswerTimeout until an origin answers a handshake or a command
 * @param originHedgeAfter until another origin of a new stream is dialled beside one that has not answered the handshake
 */
public record RtmpSettings(
        ListenerAddress listen,
        Duration handshakeTimeout,
        Duration commandTimeout,
        Duration publishIdleTimeout,
        Duration playIdleTimeout,
        Duration stallTimeout,
        boolean proxyProtocol,
        boolean srsRealIp,
        Duration originConnectTimeout,
        Duration originAnswerTimeout,
        Duration originHedgeAfter) {}
