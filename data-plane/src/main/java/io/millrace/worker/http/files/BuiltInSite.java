package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.semantics.Conditions;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Serves the player page and what it needs from the class path: a fixed list of files, so that no request names anything else.
 * Each is read once, when it is first asked for, and then answered from memory that all clients share.
 */
final class BuiltInSite {

    private static final Logger LOG = Logger.getLogger(BuiltInSite.class);

    /** Where each file lies on the class path. */
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("/", "player/index.html"),
            Map.entry("/player/player.css", "player/player.css"),
            Map.entry("/player/icon.svg", "player/icon.svg"),
            Map.entry("/player/page.js", "player/page.js"),
            Map.entry("/player/address.js", "player/address.js"),
            Map.entry("/player/engines.js", "player/engines.js"),
            Map.entry("/player/words.js", "player/words.js"),
            Map.entry("/player/realtime.js", "player/realtime.js"),
            Map.entry("/player/lib/hls.js", "player/lib/hls.min.js"),
            Map.entry("/player/lib/mpegts.js", "player/lib/mpegts.js"),
            Map.entry("/player/lib/dash.js", "player/lib/dash.mediaplayer.min.js"),
            Map.entry("/player/lib/licences.txt", "player/lib/licences.txt"));

    /** Scripts and styles are ours alone; media may come from any worker, since the page plays any URL it is given. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self' http: https: ws: wss:; media-src 'self' blob: data: http: https:; worker-src 'self' blob:;"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();
    private final FileThreads threads;

    BuiltInSite(FileThreads threads) {
        this.threads = threads;
    }

    void serve(Exchange exchange) {
        String path = exchange.request().path();
        String resource = FILES.get(path);
        if (resource == null) {
            exchange.refuse(HttpResponseStatus.NOT_FOUND, "Not found.");
            return;
        }
        Asset asset = loaded.get(path);
        if (asset != null) {
            answer(exchange, asset);
        } else if (!threads.run(() -> load(exchange, path, resource))) {
            exchange.refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "Too much is being loaded; try again.");
        }
    }

    /** On a file thread. */
    private void load(Exchange exchange, String path, String resource) {
        Runnable answer;
        try {
            Asset asset = Asset.load(resource);
            loaded.put(path, asset);
            answer = () -> answer(exchange, asset);
        } catch (IOException e) {
            LOG.errorf("file of the built-in page is missing file=%s reason=\"%s\"", resource, e.getMessage());
            answer = () -> exchange.refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The file cannot be read.");
        }
        Runnable onLoop = answer;
        try {
            exchange.channel().eventLoop().execute(() -> {
                if (!exchange.isOver()) {
                    onLoop.run();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("file not sent: the worker stops");
        }
    }

    private static void answer(Exchange exchange, Asset asset) {
        HttpHeaders request = exchange.request().headers();
        Asset.Form form = asset.form(Conditions.acceptsGzip(request));
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.ETAG, form.etag());
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY);
        // A page around it could make people publish their camera by a click on something else.
        headers.set(HttpHeaderNames.X_FRAME_OPTIONS, "SAMEORIGIN");
        // Addresses of streams may carry tokens.
        headers.set("referrer-policy", "no-referrer");
        if (Conditions.isUnchanged(request, headers)) {
            exchange.answer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
            return;
        }
        headers.set(HttpHeaderNames.CONTENT_TYPE, asset.contentType());
        if (form.zipped()) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        exchange.answer(HttpResponseStatus.OK, headers, form.bytes());
    }
}
