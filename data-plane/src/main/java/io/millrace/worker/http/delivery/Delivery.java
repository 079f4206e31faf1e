package io.millrace.worker.http.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.cache.ObjectCache;
import io.millrace.worker.http.route.PathRule;
import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.routing.resolve.Router;
import io.millrace.worker.routing.table.CurrentTable;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** Serves playlists and pieces of every format. One for the worker; safe from any thread. */
public final class Delivery {

    private static final int MAX_KNOWN = 20_000;
    private static final Duration KNOWN = Duration.ofMinutes(10);

    /** Nothing else is ever cut into such files, so no other service misses them. */
    private static final Set<String> ALWAYS_SEGMENTS = Set.of("m4s", "cmfv", "cmfa", "cmft", "m4v");

    /** Pieces where their stream is known here; otherwise they may be anything. */
    private static final Set<String> MAYBE_SEGMENTS = Set.of(
            "ts", "mp4", "m4a", "aac", "mp3", "ac3", "ec3", "vtt", "webvtt", "ttml", "key", "init", "jpg", "webp");

    private final Parts parts;
    private final Cache<StreamKey, Protocol> known;
    private final SrsContexts contexts;

    /** What it works with. */
    public record Parts(
            DeliverySettings settings,
            Router router,
            CurrentTable table,
            RouteTokens tokens,
            ObjectCache cache,
            Viewers viewers,
            InstantSource clock) {}

    public Delivery(Parts parts, Ticker ticker) {
        this.parts = parts;
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_KNOWN)
                .expireAfterAccess(KNOWN)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        this.contexts = new SrsContexts(ticker);
    }

    /** Whether a request is for a playlist or a segment of this format. */
    boolean claims(Format format, Request request) {
        if (!request.method().equals(HttpMethod.GET) && !request.isHead()) {
            return false;
        }
        String extension = PathRule.extension(request.path());
        if (format.isPlaylist(extension)) {
            return true;
        }
        Optional<Route> route = route(request);
        if (route.isPresent()) {
            return route.get().protocol() == format.protocol();
        }
        boolean always =
                ALWAYS_SEGMENTS.contains(extension) || (extension.equals("ts") && PathRule.isNumbered(request.path()));
        if (!always && !MAYBE_SEGMENTS.contains(extension)) {
            return false;
        }
        Optional<Protocol> protocol = knownStream(request).map(known::getIfPresent);
        return protocol.map(found -> found == format.protocol())
                .orElse(always && format.protocol() == usualProtocol(extension));
    }

    private static Protocol usualProtocol(String extension) {
        return extension.equals("m4v") ? Protocol.DASH : Protocol.HLS;
    }

    void serve(Format format, Exchange exchange) {
        new Serving(this, parts, format, exchange).start();
    }

    Optional<Route> route(Request request) {
        String token = request.query().isEmpty() ? null : RawQuery.value(request.query(), RouteTokens.PARAMETER);
        return token == null ? Optional.empty() : parts.tokens().read(token, request.path());
    }

    void remember(StreamKey stream, Protocol protocol) {
        known.put(stream, protocol);
    }

    /** The stream that a path belongs to, among those whose playlists came through here lately. */
    Optional<StreamKey> knownStream(Request request) {
        for (String candidate : PathRule.candidates(request.path())) {
            Optional<StreamKey> key = key(request, candidate + ".");
            if (key.isPresent() && known.getIfPresent(key.get()) != null) {
                return key;
            }
        }
        return Optional.empty();
    }

    /** Empty when that names no stream. */
    Optional<StreamKey> key(Request request, String path) {
        try {
            return Optional.of(parts.router().naming().ofHttp(request.host(), path, request.query()));
        } catch (IllegalArgumentException noStream) {
            return Optional.empty();
        }
    }

    SrsContexts contexts() {
        return contexts;
    }
}
