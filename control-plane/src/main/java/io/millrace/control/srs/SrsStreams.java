package io.millrace.control.srs;

import io.millrace.model.StreamKey;
import java.util.Locale;
import java.util.Optional;

/** How the names that SRS uses become keys. SRS has resolved the vhost already. Pure. */
public final class SrsStreams {

    private SrsStreams() {}

    /** Empty if there is no such key: no client could ask for that stream. */
    public static Optional<StreamKey> key(String vhost, String app, String stream) {
        String name = vhost.equalsIgnoreCase(StreamKey.DEFAULT_VHOST)
                ? StreamKey.DEFAULT_VHOST
                : vhost.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(StreamKey.of(name, app, stream));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
