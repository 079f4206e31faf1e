package io.millrace.worker.http.delivery;

import io.millrace.model.Endpoint;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.cache.Head;
import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.http.semantics.Conditions;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A viewer's own copy of a playlist. */
final class PlaylistAnswer {

    /** Below this, gzip's own header costs what it saves. */
    private static final int WORTH_GZIP = 600;

    private final Format format;
    private final RouteTokens tokens;
    private final Request request;
    private final Endpoint origin;

    PlaylistAnswer(Format format, RouteTokens tokens, Request request, Endpoint origin) {
        this.format = format;
        this.tokens = tokens;
        this.request = request;
        this.origin = origin;
    }

    /** @return how many bytes went out */
    long answer(Exchange exchange, Head head, PlaylistProcessing.Parsed parsed, Route route) {
        // Weak, since the same playlist goes out with gzip and without.
        String tag = "W/\"" + parsed.tag() + "-" + HexFormat.of().toHexDigits(whatTokensSay(route)) + "\"";
        HttpHeaders headers = headers(head, tag);
        if (Conditions.isUnchanged(request.headers(), headers)) {
            headers.remove(HttpHeaderNames.CONTENT_TYPE);
            exchange.answer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
            return 0;
        }
        Links links = new Links(
                Set.of(origin.authority().toLowerCase(Locale.ROOT), request.host()),
                request.path(),
                (leads, scope) -> tokens.write(route.leading(leads), scope));
        byte[] text = parsed.playlist().render(links).getBytes(StandardCharsets.UTF_8);
        if (text.length >= WORTH_GZIP && Conditions.acceptsGzip(request.headers())) {
            text = gzip(text);
            headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
        }
        exchange.answer(HttpResponseStatus.OK, headers, Unpooled.wrappedBuffer(text));
        return request.isHead() ? 0 : text.length;
    }

    /** The same at every worker, so that a viewer that changes between them keeps what it has. */
    private static int whatTokensSay(Route route) {
        return Objects.hash(route.origin().value(), route.stream().toString(), route.viewer());
    }

    private HttpHeaders headers(Head head, String tag) {
        HttpHeaders headers = new DefaultHttpHeaders().add(head.headers());
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!format.isContentType(type.toLowerCase(Locale.ROOT))) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, format.contentType());
        }
        headers.remove(HttpHeaderNames.LAST_MODIFIED);
        headers.remove(HttpHeaderNames.ACCEPT_RANGES);
        headers.remove(HttpHeaderNames.CONTENT_ENCODING);
        headers.remove("content-md5");
        headers.remove("digest");
        headers.set(HttpHeaderNames.ETAG, tag);
        headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        if (!headers.contains(HttpHeaderNames.CACHE_CONTROL)) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        }
        return headers;
    }

    private static byte[] gzip(byte[] text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(text.length / 3);
        try (GZIPOutputStream gzip = new Quick(packed)) {
            gzip.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does no I/O", e);
        }
        return packed.toByteArray();
    }

    private static final class Quick extends GZIPOutputStream {
        Quick(ByteArrayOutputStream out) throws IOException {
            super(out, 4_096);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
