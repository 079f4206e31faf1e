package io.millrace.worker.webrtc;

import io.millrace.worker.settings.ListenerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an operator sets for WebRTC.
 *
 * @param listen PROXY_WEBRTC_SERVER, for datagrams
 * @param tcp for ICE over TCP; empty when there is none
 * @param addresses what answers announce in place of the origin's candidates: {@code ip} or {@code ip:port}; empty to find them out
 * @param apiUrl where clients reach this worker's HTTP API, for other workers that send clients here; empty to find it out
 * @param direct whether the origin's own candidates stay, so that media does not pass the worker
 * @param idleTimeout a session whose client sends nothing for so long is over
 * @param originAnswerTimeout until an origin answers a signalling request
 */
public record WebRtcSettings(
        ListenerAddress listen,
        Optional<ListenerAddress> tcp,
        List<String> addresses,
        Optional<String> apiUrl,
        boolean direct,
        Duration idleTimeout,
        Duration originAnswerTimeout) {}
