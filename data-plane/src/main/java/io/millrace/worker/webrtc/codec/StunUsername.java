package io.millrace.worker.webrtc.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The USERNAME of a connectivity check (RFC 8445, section 7.2.2): the ufrag of the side that is checked, a colon, the ufrag of the side that
 * checks.
 *
 * @param checked in a request to an origin, the ufrag that the origin gave out
 */
public record StunUsername(String checked, String checking) {

    /** RFC 8839, section 5.4. */
    private static final int MIN_UFRAG = 4;

    private static final int MAX_UFRAG = 256;

    /** Empty for what is no such name. */
    static Optional<StunUsername> peek(ByteBuf message, int from, int length) {
        if (length > 2 * MAX_UFRAG + 1) {
            return Optional.empty();
        }
        for (int i = from; i < from + length; i++) {
            byte c = message.getByte(i);
            if (c <= ' ' || c > '~') {
                return Optional.empty();
            }
        }
        String text = message.toString(from, length, StandardCharsets.US_ASCII);
        int colon = text.indexOf(':');
        return isLength(colon) && isLength(length - colon - 1)
                ? Optional.of(new StunUsername(text.substring(0, colon), text.substring(colon + 1)))
                : Optional.empty();
    }

    private static boolean isLength(int length) {
        return length >= MIN_UFRAG && length <= MAX_UFRAG;
    }
}
