package io.millrace.worker.webrtc.session;

import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.webrtc.AnnouncedAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** The parameters of signalling, as SRS names them. */
public final class Queries {

    static final String UFRAG = "ice-ufrag";

    private static final String EIP = "eip";
    private static final String CANDIDATE = "candidate";
    private static final Set<String> ANNOUNCED = Set.of(EIP, CANDIDATE);

    private Queries() {}

    /** Decoded; empty where it is missing or says nothing. */
    public static Optional<String> value(String query, String name) {
        String raw = RawQuery.value(query, name);
        if (raw == null || raw.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(URLDecoder.decode(raw, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformedEscape) {
            return Optional.of(raw);
        }
    }

    /** @throws BadOfferException for what is no address */
    public static Optional<AnnouncedAddress> announced(String query) {
        Optional<String> text = value(query, EIP).or(() -> value(query, CANDIDATE));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<AnnouncedAddress> address = AnnouncedAddress.parse(text.get());
        if (address.isEmpty()) {
            throw new BadOfferException("eip and candidate must be " + AnnouncedAddress.ALLOWED + ".");
        }
        return address;
    }

    /** Without what is ours to announce: an origin would give it as its own address. */
    static String forOrigin(String query, boolean direct) {
        return direct ? query : RawQuery.without(query, ANNOUNCED);
    }
}
