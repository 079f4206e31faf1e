package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;

/**
 * What an origin called back about: a publisher has come or gone.
 *
 * @param service the run of the origin that says so; empty if it does not tell
 * @param client how the origin names the publisher
 */
public record OriginWord(boolean published, StreamKey stream, OriginId origin, String service, String client) {}
