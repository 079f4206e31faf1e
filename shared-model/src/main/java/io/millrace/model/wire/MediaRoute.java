package io.millrace.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.Binding;
import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import org.jspecify.annotations.Nullable;

/**
 * Where the media of a session goes whose name is not in its packets. The worker that did the signalling hands it to the control
 * plane, {@code PUT /internal/v1/media-routes/{key}}; a worker that gets packets with that key asks for it there.
 *
 * @param key what the packets carry: for WebRTC the origin's ICE ufrag
 * @param endpoint where the origin takes this session's media
 * @param epoch of the binding that led to the origin; 0 when a worker placed the stream alone
 * @param resource path and query at the origin's HTTP API by which the session is ended; empty when there is none
 * @param subject whom the client's credential names; null where it names none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MediaRoute(
        String key,
        OriginId origin,
        Endpoint endpoint,
        StreamKey stream,
        Intent intent,
        long epoch,
        String resource,
        @Nullable String subject) {

    /** Whether it leads a player to where the stream most likely is not published; then it is repeated and forgotten sooner. */
    public boolean waits() {
        return intent == Intent.PLAY && epoch == Binding.UNCONFIRMED;
    }
}
