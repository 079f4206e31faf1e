package io.millrace.worker.srt;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;

/**
 * What an operator sets for SRT.
 *
 * @param listen PROXY_SRT_SERVER, for datagrams
 * @param idleTimeout a session in which the client or the origin says nothing for so long is over
 * @param originAnswerTimeout until an origin has answered the handshake; a second at most, since callers wait for three
 */
public record SrtSettings(ListenerAddress listen, Duration idleTimeout, Duration originAnswerTimeout) {}
