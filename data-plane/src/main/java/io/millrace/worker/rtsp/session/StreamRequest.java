package io.millrace.worker.rtsp.session;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspUrl;
import io.millrace.worker.rtsp.codec.TransportSpec;
import java.util.List;
import java.util.Optional;

/**
 * The stream that a client named and what it wants with it. Later names on the same connection are read as the first one was: a table that came
 * in between, with other vhosts, does not make them mean another stream.
 *
 * @param url the stream's address, without a track behind it
 */
public record StreamRequest(Intent intent, RtspUrl url, StreamKey key, StreamNaming naming) {

    /** What a request wants with a stream; empty for one that does not begin anything. */
    public static Optional<Intent> intentOf(RtspRequest request) {
        return switch (request.method()) {
            case "DESCRIBE" -> Optional.of(Intent.PLAY);
            case "ANNOUNCE" -> Optional.of(Intent.PUBLISH);
            case "SETUP" -> Optional.of(isRecord(request) ? Intent.PUBLISH : Intent.PLAY);
            default -> Optional.empty();
        };
    }

    private static boolean isRecord(RtspRequest setup) {
        return setup.headers().first("Transport").map(TransportSpec::parse).orElse(List.of()).stream()
                .anyMatch(TransportSpec::isRecord);
    }

    /** @throws IllegalArgumentException when the request names no stream */
    public static StreamRequest of(RtspRequest request, Intent intent, StreamNaming naming) {
        RtspUrl named = RtspUrl.parse(request.uri())
                .orElseThrow(() -> new IllegalArgumentException("the URI is not rtsp://host/app/stream"));
        RtspUrl url = request.is("SETUP") ? named.withoutControl() : named;
        return new StreamRequest(intent, url, keyOf(url, naming), naming);
    }

    private static StreamKey keyOf(RtspUrl url, StreamNaming naming) {
        String path = url.path();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        // A dot is part of an RTSP name, as it is in RTMP; what counts as an extension in HTTP is one that we put
        // there.
        return naming.ofHttp(url.authority(), path + ".rtsp", url.query());
    }

    /** Whether a later request on the same connection begins something else. */
    public boolean isContradictedBy(RtspRequest later) {
        if (!later.is("DESCRIBE") && !later.is("ANNOUNCE")) {
            return false;
        }
        if (intentOf(later).filter(intent::equals).isEmpty()) {
            return true;
        }
        try {
            return RtspUrl.parse(later.uri())
                    .filter(other -> keyOf(other, naming).equals(key))
                    .isEmpty();
        } catch (IllegalArgumentException namesNoStream) {
            return true;
        }
    }
}
