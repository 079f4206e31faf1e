package io.millrace.worker.http.route;

import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import org.jspecify.annotations.Nullable;

/**
 * What a token says.
 *
 * @param origin wrote the playlist in which the token stood
 * @param viewer whose playlist it was; the same number at every worker
 * @param subject whom the viewer's credential names; null where it names none
 */
public record Route(
        Protocol protocol,
        Leads leads,
        OriginId origin,
        StreamKey stream,
        long viewer,
        @Nullable String subject) {

    /** What the URI leads to that carries the token. */
    public enum Leads {
        TO_PLAYLIST,
        TO_SEGMENT
    }

    public Route leading(Leads where) {
        return new Route(protocol, where, origin, stream, viewer, subject);
    }
}
