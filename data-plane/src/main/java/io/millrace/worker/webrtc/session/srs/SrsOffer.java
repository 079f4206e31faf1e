package io.millrace.worker.webrtc.session.srs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.millrace.worker.webrtc.codec.Sdp;
import io.millrace.worker.webrtc.codec.SdpCandidates;
import io.millrace.worker.webrtc.codec.SdpFormatException;
import io.millrace.worker.webrtc.session.BadOfferException;
import io.millrace.worker.webrtc.session.Offer;
import io.millrace.worker.webrtc.session.OriginAnswer;
import io.millrace.worker.webrtc.session.Queries;
import io.millrace.worker.webrtc.session.RefusalFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** SRS's API from before WHIP: JSON with the stream's URL and the description among its members; others are kept. */
record SrsOffer(
        StreamKey stream,
        Intent intent,
        String path,
        String query,
        Optional<AnnouncedAddress> announced,
        ByteBuffer body)
        implements Offer {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String SDP = "sdp";

    /** @throws BadOfferException with a message for the client */
    static SrsOffer of(StreamNaming naming, Intent intent, String path, String query, ByteBuffer body, boolean direct) {
        ObjectNode members = object(body).orElseThrow(() -> new BadOfferException("The body is no JSON object."));
        String url = members.path("streamurl").asText("");
        if (url.isEmpty()) {
            throw new BadOfferException("The member streamurl is missing.");
        }
        StreamKey stream;
        try {
            stream = naming.ofUrl(url);
        } catch (IllegalArgumentException e) {
            throw new BadOfferException(String.valueOf(e.getMessage()));
        }
        if (!members.path(SDP).isTextual()) {
            throw new BadOfferException("The member sdp is missing.");
        }
        try {
            Sdp offer = Sdp.parse(members.path(SDP).textValue());
            if (!direct) {
                members.put(SDP, SdpCandidates.removed(offer).toString());
            }
        } catch (SdpFormatException e) {
            throw new BadOfferException("The member sdp is no SDP: " + e.getMessage() + ".");
        }
        return new SrsOffer(stream, intent, path, query, Queries.announced(query), direct ? body : bytes(members));
    }

    private static Optional<ObjectNode> object(ByteBuffer bytes) {
        try {
            JsonNode tree = JSON.readTree(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static ByteBuffer bytes(ObjectNode members) {
        try {
            return ByteBuffer.wrap(JSON.writeValueAsBytes(members));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }

    @Override
    public Optional<String> description(OriginAnswer answer) {
        if (!answer.isSuccess()) {
            return Optional.empty();
        }
        return object(answer.body())
                .filter(members -> members.path("code").asInt(0) == 0)
                .map(members -> members.path(SDP).asText(""))
                .filter(text -> !text.isEmpty());
    }

    @Override
    public OriginAnswer with(OriginAnswer answer, String description) {
        ByteBuffer changed = object(answer.body())
                .map(members -> bytes(members.put(SDP, description)))
                .orElse(answer.body());
        return new OriginAnswer(answer.status(), answer.headers(), changed);
    }

    @Override
    public RefusalFormat refusalFormat() {
        return RefusalFormat.JSON;
    }
}
