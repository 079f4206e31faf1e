package io.millrace.worker.srt.session;

import io.millrace.model.Intent;
import io.millrace.model.SrtStreamId;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.srt.codec.Handshake;
import io.millrace.worker.srt.codec.SrtFormatException;
import java.util.Optional;

/** What a caller's conclusion asks for. */
public sealed interface Call {

    /**
     * A stream.
     *
     * @param credentials what the caller shows
     */
    record ForStream(StreamKey key, Intent intent, Credentials credentials) implements Call {}

    /** Something that we cannot give. */
    record Refused(Rejection why, String detail) implements Call {}

    static Call of(Handshake conclusion, StreamNaming naming) {
        if (conclusion.version() != Handshake.VERSION_5) {
            return new Refused(
                    Rejection.VERSION,
                    "version " + Integer.toUnsignedString(conclusion.version())
                            + " of the handshake, which has no stream id");
        }
        try {
            Optional<String> text = conclusion.streamId();
            if (text.isEmpty()) {
                return new Refused(Rejection.BAD_REQUEST, "no stream id");
            }
            SrtStreamId id = SrtStreamId.parse(text.get());
            if (id.mode() == SrtStreamId.Mode.OTHER) {
                return new Refused(Rejection.BAD_MODE, "a mode beside publish and request");
            }
            Intent intent = id.mode() == SrtStreamId.Mode.PUBLISH ? Intent.PUBLISH : Intent.PLAY;
            return new ForStream(
                    naming.ofSrt(id.host(), id.path(), id.query()), intent, Credentials.ofQuery(id.query()));
        } catch (SrtFormatException | IllegalArgumentException e) {
            return new Refused(Rejection.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
