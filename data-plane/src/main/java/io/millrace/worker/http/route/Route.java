package io.millrace.worker.http.route;

import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;

/**
 * What a token says.
 *
 * @param origin wrote the playlist in which the token stood
 * @param viewer whose playlist it was; the same number at every worker
 */
public record Route(Protocol protocol, Leads leads, OriginId origin, StreamKey stream, long viewer) {

    /** What the URI leads to that carries the token. */
    public enum Leads {
        TO_PLAYLIST,
        TO_SEGMENT
    }

    public Route leading(Leads where) {
        return new Route(protocol, where, origin, stream, viewer);
    }
}
