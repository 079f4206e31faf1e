package io.millrace.worker.webrtc.session;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.worker.webrtc.AnnouncedAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a client asks for, in the form of the API that it uses. */
public interface Offer {

    StreamKey stream();

    Intent intent();

    /** Ready for the origin. */
    ByteBuffer body();

    /** Path, which every origin has. */
    String path();

    /** As the client sent it. */
    String query();

    /** What the client wants announced in place of our addresses. */
    Optional<AnnouncedAddress> announced();

    /** The description in an answer; empty when nothing was agreed, so that the answer goes to the client as it is. */
    Optional<String> description(OriginAnswer answer);

    /** The answer with another description. */
    OriginAnswer with(OriginAnswer answer, String description);

    RefusalFormat refusalFormat();
}
