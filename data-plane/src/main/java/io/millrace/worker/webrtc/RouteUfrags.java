package io.millrace.worker.webrtc;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.table.RoutingTable;
import io.millrace.worker.routing.table.CurrentTable;
import io.millrace.worker.settings.Signer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * ICE ufrags that name their route, for origins that let us choose the ufrag: whichever worker gets the first packet knows the
 * origin from the packet alone. No stranger can make one, since the key comes from the cluster's token. Any thread.
 *
 * <p>Layout before base32, which needs no escape in a URL and gives the 32 characters that SRS allows at most: intent (1 byte), mark
 * of the origin (5), random (6), then the first 8 bytes of HMAC-SHA256 over all of it.
 */
public final class RouteUfrags {

    /** How long each is. */
    public static final int LENGTH = 32;

    private static final String PURPOSE = "millrace ice ufrag 1";
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int MARK_BYTES = 5;
    private static final int RANDOM_BYTES = 6;
    private static final int SIGNED_BYTES = 1 + MARK_BYTES + RANDOM_BYTES;
    private static final int MAC_BYTES = 8;

    private final Signer signer;
    private final CurrentTable table;
    private final RandomGenerator random;
    private volatile Marked marked = new Marked(null, Map.of(), Map.of());

    /** @param marks of all origins of the table, of which those that are unique lead to an origin */
    private record Marked(
            @Nullable RoutingTable table, Map<OriginId, List<ByteBuffer>> marks, Map<ByteBuffer, Origin> origins) {}

    public RouteUfrags(ClusterToken token, CurrentTable table, RandomGenerator random) {
        this.signer = new Signer(token.derive(PURPOSE));
        this.table = table;
        this.random = random;
    }

    /** Where a ufrag leads. */
    public record Lead(Origin origin, Intent intent) {}

    /** A new one each time. */
    public String write(OriginId origin, Intent intent) {
        ByteBuffer out = ByteBuffer.allocate(SIGNED_BYTES + MAC_BYTES);
        out.put((byte) (intent == Intent.PUBLISH ? 1 : 0));
        out.put(marks(origin).getFirst().duplicate());
        byte[] own = new byte[RANDOM_BYTES];
        random.nextBytes(own);
        out.put(own);
        out.put(signer.sign(out.array(), SIGNED_BYTES), 0, MAC_BYTES);
        return text(out.array());
    }

    /** Empty for what no worker of this cluster wrote, and for an origin that the present table does not hold. */
    public Optional<Lead> read(String ufrag) {
        byte[] bytes = bytes(ufrag);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        if (!signer.hasSigned(bytes, SIGNED_BYTES, Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length))) {
            return Optional.empty();
        }
        ByteBuffer mark = ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1, 1 + MARK_BYTES));
        return table.table()
                .flatMap(now -> Optional.ofNullable(markedOf(now).origins().get(mark)))
                .map(origin -> new Lead(origin, bytes[0] == 1 ? Intent.PUBLISH : Intent.PLAY));
    }

    /**
     * The origins of a table by their marks, made once for each table: a mark costs a signature. A table is replaced whole, so the same object says
     * the same.
     */
    @SuppressWarnings("ReferenceEquality")
    private Marked markedOf(RoutingTable now) {
        Marked known = marked;
        if (known.table() == now) {
            return known;
        }
        Map<OriginId, List<ByteBuffer>> marks = new HashMap<>();
        Map<ByteBuffer, Origin> origins = new HashMap<>();
        Set<ByteBuffer> shared = new HashSet<>();
        for (Origin origin : now.origins()) {
            List<ByteBuffer> before = known.marks().get(origin.id());
            List<ByteBuffer> own = before == null ? marks(origin.id()) : before;
            marks.put(origin.id(), own);
            for (ByteBuffer mark : own) {
                if (origins.put(mark, origin) != null) {
                    shared.add(mark);
                }
            }
        }
        // Two origins with one mark: only the control plane can tell them apart.
        origins.keySet().removeAll(shared);
        Marked next = new Marked(now, marks, origins);
        marked = next;
        return next;
    }

    /** By each key, that which is written first. */
    private List<ByteBuffer> marks(OriginId origin) {
        byte[] named = ("origin\n" + origin.value()).getBytes(StandardCharsets.UTF_8);
        return signer.signByEach(named, named.length).stream()
                .map(signature -> ByteBuffer.wrap(Arrays.copyOf(signature, MARK_BYTES)))
                .toList();
    }

    private static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int group = 0; group < bytes.length; group += 5) {
            long bits = 0;
            for (int i = 0; i < 5; i++) {
                bits = bits << 8 | (bytes[group + i] & 0xff);
            }
            for (int shift = 35; shift >= 0; shift -= 5) {
                text.append(DIGITS.charAt((int) (bits >> shift) & 31));
            }
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        if (text.length() != LENGTH) {
            return new byte[0];
        }
        byte[] bytes = new byte[SIGNED_BYTES + MAC_BYTES];
        for (int group = 0; group < LENGTH / 8; group++) {
            long bits = 0;
            for (int i = 0; i < 8; i++) {
                int digit = DIGITS.indexOf(text.charAt(group * 8 + i));
                if (digit < 0) {
                    return new byte[0];
                }
                bits = bits << 5 | digit;
            }
            for (int i = 4; i >= 0; i--) {
                bytes[group * 5 + i] = (byte) bits;
                bits >>= 8;
            }
        }
        return bytes;
    }
}
