package io.millrace.worker.webrtc.session;

import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.settings.SignedTexts;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tells any worker whose session a resource is. Good for one path and query at the origin only: else one token would open
 * everything that the origin's HTTP API can do.
 *
 * <p>What is signed: layout and intent (1 byte), three texts, each behind its length (2): origin, ufrag, stream.
 */
public final class ResourceTokens {

    /** The query parameter that carries a token. */
    public static final String PARAMETER = "mr";

    private static final String PURPOSE = "millrace webrtc resource 1";
    private static final int PUBLISH = 1;

    private final SignedTexts texts;

    public ResourceTokens(ClusterToken token) {
        texts = new SignedTexts(token.derive(PURPOSE));
    }

    /**
     * Whose resource it is.
     *
     * @param ufrag the origin's, by which media knows the session
     */
    public record Owner(OriginId origin, String ufrag, StreamKey stream, Intent intent) {}

    /** @param resource path and query at the origin */
    public String write(Owner owner, String resource) {
        byte[] origin = utf8(owner.origin().value());
        byte[] ufrag = utf8(owner.ufrag());
        byte[] stream = utf8(owner.stream().toString());
        ByteBuffer out = ByteBuffer.allocate(1 + 3 * Short.BYTES + origin.length + ufrag.length + stream.length);
        out.put((byte) (owner.intent() == Intent.PUBLISH ? PUBLISH : 0));
        out.putShort((short) origin.length).put(origin);
        out.putShort((short) ufrag.length).put(ufrag);
        out.putShort((short) stream.length).put(stream);
        return texts.write(out.array(), utf8(resource));
    }

    /** Empty for whatever no worker of this cluster wrote for this resource. */
    public Optional<Owner> read(String text, String resource) {
        return texts.read(text, utf8(resource)).flatMap(said -> {
            // Written by a worker, though perhaps by one of another version.
            try {
                ByteBuffer in = ByteBuffer.wrap(said);
                Intent intent = in.get() == PUBLISH ? Intent.PUBLISH : Intent.PLAY;
                OriginId origin = new OriginId(next(in));
                String ufrag = next(in);
                return Optional.of(new Owner(origin, ufrag, StreamKey.parse(next(in)), intent));
            } catch (IllegalArgumentException | BufferUnderflowException otherLayout) {
                return Optional.empty();
            }
        });
    }

    private static String next(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xffff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
