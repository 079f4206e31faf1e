package io.millrace.control.streams.live;

import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;

/**
 * An origin reports by a callback that a publisher has come or left.
 *
 * @param service the run of the origin; empty if the origin does not name it
 * @param client how the origin names the publisher
 */
public record PublisherNotice(boolean published, StreamKey stream, OriginId origin, String service, String client) {}
