package io.millrace.worker.webrtc;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.worker.routing.CurrentTable;
import io.millrace.worker.settings.ClusterToken;
import io.millrace.worker.settings.Signer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

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
        out.put(mark(origin));
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
        byte[] expected = Arrays.copyOf(signer.sign(bytes, SIGNED_BYTES), MAC_BYTES);
        byte[] found = Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length);
        if (!MessageDigest.isEqual(expected, found)) {
            return Optional.empty();
        }
        byte[] mark = Arrays.copyOfRange(bytes, 1, 1 + MARK_BYTES);
        List<Origin> marked = table.table().stream()
                .flatMap(now -> now.origins().stream())
                .filter(origin -> Arrays.equals(mark(origin.id()), mark))
                .toList();
        // Two origins with one mark: whoever asks the control plane knows better.
        return marked.size() == 1
                ? Optional.of(new Lead(marked.getFirst(), bytes[0] == 1 ? Intent.PUBLISH : Intent.PLAY))
                : Optional.empty();
    }

    private byte[] mark(OriginId origin) {
        byte[] digest = signer.sign(("origin\n" + origin.value()).getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(digest, MARK_BYTES);
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
