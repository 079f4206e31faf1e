package io.millrace.worker.webrtc.session.whip;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.worker.http.Request;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.millrace.worker.webrtc.codec.Sdp;
import io.millrace.worker.webrtc.codec.SdpCandidates;
import io.millrace.worker.webrtc.codec.SdpFormatException;
import io.millrace.worker.webrtc.session.BadOfferException;
import io.millrace.worker.webrtc.session.Offer;
import io.millrace.worker.webrtc.session.OriginAnswer;
import io.millrace.worker.webrtc.session.Queries;
import io.millrace.worker.webrtc.session.RefusalFormat;
import java.nio.ByteBuffer;
import java.util.Optional;

/** WHIP (RFC 9725) and WHEP: the body is the description. */
record WhipOffer(
        StreamKey stream,
        Intent intent,
        String path,
        String query,
        Optional<AnnouncedAddress> announced,
        ByteBuffer body)
        implements Offer {

    /** @throws BadOfferException with a message for the client */
    static WhipOffer of(
            Request request, StreamKey stream, Intent intent, String path, ByteBuffer body, boolean direct) {
        return new WhipOffer(
                stream, intent, path, request.query(), Queries.announced(request.query()), forOrigin(body, direct));
    }

    /** A viewer may send nothing and be made an offer (WHEP). */
    private static ByteBuffer forOrigin(ByteBuffer body, boolean direct) {
        if (direct || !body.hasRemaining()) {
            return body;
        }
        try {
            Sdp offer = Sdp.parse(OriginAnswer.text(body));
            return OriginAnswer.bytes(SdpCandidates.removed(offer).toString());
        } catch (SdpFormatException e) {
            throw new BadOfferException("The body is no SDP: " + e.getMessage() + ".");
        }
    }

    @Override
    public Optional<String> description(OriginAnswer answer) {
        return answer.isSuccess() && answer.body().hasRemaining() ? Optional.of(answer.text()) : Optional.empty();
    }

    @Override
    public OriginAnswer with(OriginAnswer answer, String description) {
        return answer.withText(description);
    }

    @Override
    public RefusalFormat refusalFormat() {
        return RefusalFormat.PLAIN;
    }
}
