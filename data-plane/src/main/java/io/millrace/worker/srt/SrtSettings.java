package io.millrace.worker.srt;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;

/**
 * What an operator sets for SRT.
 *
 * @param listen PROXY_SRT_SERVER, for datagrams
 * @param idleTimeout a session in which the client or the origin says nothing for so long is over
 * @param originAnswerTimeout until an origin has answered the handshake; a second at most, since callers wait for three
 * @param originHedgeAfter until another origin of a new stream is dialled beside one that has not answered the first part of the handshake
 */
public record SrtSettings(
        ListenerAddress listen, Duration idleTimeout, Duration originAnswerTimeout, Duration originHedgeAfter) {}
