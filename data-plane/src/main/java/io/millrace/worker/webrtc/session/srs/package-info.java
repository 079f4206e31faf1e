/**
 * SRS's API from before WHIP: {@code /rtc/v1/publish/} and {@code /rtc/v1/play/}, with bodies in JSON. On the event loop of the client's HTTP
 * connection; only {@code wiring} uses it.
 */
@NullMarked
package io.millrace.worker.webrtc.session.srs;

import org.jspecify.annotations.NullMarked;
