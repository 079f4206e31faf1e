package io.millrace.worker.http.route;

import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.settings.SignedTexts;
import io.millrace.worker.settings.Signer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Writes and reads routes as short texts that no stranger can make. The key comes from the cluster's token, so every worker reads what
 * any other wrote. The same route always gives the same text: players take a segment whose URI changed for another segment.
 *
 * <p>What is signed: kind (1 byte), depth of the scope (1), viewer (8), origin id behind its length (1), stream behind its length (2), the
 * subject if there is one, and, without standing in the token, the scope. So a token opens nothing else at its origin, and does not grow with the path.
 */
public final class RouteTokens {

    /** The query parameter that carries a token. */
    public static final String PARAMETER = "mr";

    private static final String PURPOSE = "millrace route token 2";
    /** The bits of the kind. */
    private static final int PIECE = 1;

    private static final int DASH = 2;
    private static final int BELOW = 4;
    private static final int ANY_EXTENSION = 8;

    private static final int FIXED_BYTES = 1 + 1 + Long.BYTES + 1 + Short.BYTES;

    /** The default vhost is what most streams have; left out, it makes tokens short. */
    private static final String DEFAULT_VHOST_PREFIX = StreamKey.DEFAULT_VHOST + "/";

    private final SignedTexts texts;
    private final Signer signer;

    public RouteTokens(ClusterToken token) {
        texts = new SignedTexts(token.derive(PURPOSE));
        signer = new Signer(token.derive(PURPOSE));
    }

    /** @param scope where the URI leads that carries the token */
    public String write(Route route, Scope scope) {
        byte[] origin = route.origin().value().getBytes(StandardCharsets.UTF_8);
        byte[] stream = shortened(route.stream()).getBytes(StandardCharsets.UTF_8);
        byte[] subject = route.subject() == null ? new byte[0] : route.subject().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + origin.length + stream.length + subject.length);
        out.put(kind(route, scope)).put((byte) scope.depth());
        out.putLong(route.viewer());
        out.put((byte) origin.length).put(origin);
        out.putShort((short) stream.length).put(stream);
        out.put(subject);
        return texts.write(out.array(), scope.bytes());
    }

    private static byte kind(Route route, Scope scope) {
        int piece = route.leads() == Route.Leads.TO_SEGMENT ? PIECE : 0;
        int dash = route.protocol() == Protocol.DASH ? DASH : 0;
        int below = scope.below() ? BELOW : 0;
        int anyExtension = scope.anyExtension() ? ANY_EXTENSION : 0;
        return (byte) (piece | dash | below | anyExtension);
    }

    /**
     * Empty for whatever no worker of this cluster wrote for this path.
     *
     * @param path of the request that carries it
     */
    public Optional<Route> read(String text, String path) {
        return texts.read(text, said -> scope(said, path).map(Scope::bytes)).flatMap(said -> {
            // This was written by a worker, though perhaps by one of another version.
            try {
                return Optional.of(route(ByteBuffer.wrap(said)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException otherLayout) {
                return Optional.empty();
            }
        });
    }

    private static Optional<Scope> scope(byte[] said, String path) {
        if (said.length < FIXED_BYTES) {
            return Optional.empty();
        }
        return Scope.around(path, said[1] & 0xff, (said[0] & BELOW) != 0, (said[0] & ANY_EXTENSION) != 0);
    }

    private static Route route(ByteBuffer in) {
        int kind = in.get();
        in.get();
        long viewer = in.getLong();
        byte[] origin = new byte[in.get() & 0xff];
        in.get(origin);
        byte[] stream = new byte[in.getShort() & 0xffff];
        in.get(stream);
        byte[] subject = new byte[in.remaining()];
        in.get(subject);
        return new Route(
                (kind & DASH) == 0 ? Protocol.HLS : Protocol.DASH,
                (kind & PIECE) == 0 ? Route.Leads.TO_PLAYLIST : Route.Leads.TO_SEGMENT,
                new OriginId(new String(origin, StandardCharsets.UTF_8)),
                lengthened(new String(stream, StandardCharsets.UTF_8)),
                viewer,
                subject.length == 0 ? null : new String(subject, StandardCharsets.UTF_8));
    }

    private static String shortened(StreamKey stream) {
        String text = stream.toString();
        return text.startsWith(DEFAULT_VHOST_PREFIX) ? text.substring(DEFAULT_VHOST_PREFIX.length() - 1) : text;
    }

    private static StreamKey lengthened(String text) {
        return StreamKey.parse(text.startsWith("/") ? StreamKey.DEFAULT_VHOST + text : text);
    }

    /** A number for a viewer without a token: the same at every worker for the same text, which cannot be found out from it. */
    public long viewerOf(String text) {
        byte[] digest = signer.sign(("viewer\n" + text).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }
}
