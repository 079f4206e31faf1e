package io.millrace.worker.http;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;

/**
 * What an operator sets for HTTP.
 *
 * @param listen PROXY_HTTP_SERVER
 * @param api PROXY_HTTP_API
 * @param headTimeout from accept, or from the first byte of a later request, to the end of its head
 * @param bodyTimeout from there to the end of its body
 * @param idleTimeout a connection without a request for so long is closed
 * @param stallTimeout a client that reads nothing for so long, while something waits for it, is gone
 * @param maxBody bytes of a request's body
 * @param maxConnections at once, over all HTTP listeners
 * @param proxyProtocol whether every connection opens with a PROXY protocol header (v1 or v2)
 * @param playIdleTimeout a stream that brings its viewer nothing for so long is over
 * @param originConnectTimeout until an origin accepts a connection
 * @param originAnswerTimeout from there until the head of its answer
 */
public record HttpSettings(
        ListenerAddress listen,
        ListenerAddress api,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration stallTimeout,
        int maxBody,
        int maxConnections,
        boolean proxyProtocol,
        Duration playIdleTimeout,
        Duration originConnectTimeout,
        Duration originAnswerTimeout) {}
