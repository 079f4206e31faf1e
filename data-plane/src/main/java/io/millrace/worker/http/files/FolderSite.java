package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.semantics.ByteRange;
import io.millrace.worker.http.semantics.Conditions;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Serves an operator's folder. Files are opened and read on file threads; the answer is given on the event loop. */
final class FolderSite {

    private static final Logger LOG = Logger.getLogger(FolderSite.class);
    private static final int OPEN_FILES = 1_024;

    private final Folder folder;
    private final FileThreads threads;
    private final Semaphore openFiles = new Semaphore(OPEN_FILES);

    FolderSite(Folder folder, FileThreads threads) {
        this.folder = folder;
        this.threads = threads;
    }

    /** What came of looking a file up. */
    private sealed interface Lookup {}

    private record Done(Folder.Found found) implements Lookup {}

    private record Failed() implements Lookup {}

    void serve(Exchange exchange, FilePath path) {
        if (!openFiles.tryAcquire()) {
            busy(exchange);
            return;
        }
        if (!threads.run(() -> find(exchange, path))) {
            openFiles.release();
            busy(exchange);
        }
    }

    /** On a file thread. */
    private void find(Exchange exchange, FilePath path) {
        Lookup lookup;
        try {
            lookup = new Done(folder.find(path));
        } catch (IOException | RuntimeException e) {
            LOG.warnf(
                    "file lookup failed path=%s reason=\"%s\"",
                    exchange.request().path(), e.getMessage());
            lookup = new Failed();
        }
        Lookup result = lookup;
        try {
            exchange.channel().eventLoop().execute(() -> answer(exchange, result));
        } catch (RejectedExecutionException e) {
            // The loops end, and every exchange with them.
            release(result);
        }
    }

    private void answer(Exchange exchange, Lookup lookup) {
        if (exchange.isOver()) {
            release(lookup);
            return;
        }
        switch (lookup) {
            case Done(Folder.Hit(OpenFile file)) -> answer(exchange, file);
            case Done(Folder.LacksSlash _) -> {
                openFiles.release();
                redirect(exchange);
            }
            case Done(Folder.Nothing _) -> {
                openFiles.release();
                exchange.refuse(HttpResponseStatus.NOT_FOUND, "There is no such file.");
            }
            case Failed _ -> {
                openFiles.release();
                exchange.refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The file cannot be read.");
            }
        }
    }

    private void answer(Exchange exchange, OpenFile file) {
        Request request = exchange.request();
        HttpHeaders headers = validators(file);
        if (Conditions.isUnchanged(request.headers(), headers)) {
            close(file);
            exchange.answer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
            return;
        }
        // GET alone knows ranges.
        Optional<String> range = request.isHead() ? Optional.empty() : Conditions.range(request.headers(), headers);
        switch (ByteRange.read(range, file.size())) {
            case ByteRange.Wish.Unsatisfiable _ -> {
                close(file);
                headers.set(HttpHeaderNames.CONTENT_RANGE, ByteRange.unsatisfied(file.size()));
                exchange.answer(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, Unpooled.EMPTY_BUFFER);
            }
            case ByteRange.Wish.Whole _ ->
                send(exchange, HttpResponseStatus.OK, headers, file, new ByteRange(0, file.size()));
            case ByteRange.Wish.Part(ByteRange part) -> {
                headers.set(HttpHeaderNames.CONTENT_RANGE, part.header(file.size()));
                send(exchange, HttpResponseStatus.PARTIAL_CONTENT, headers, file, part);
            }
        }
    }

    private void send(
            Exchange exchange, HttpResponseStatus status, HttpHeaders headers, OpenFile file, ByteRange part) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, ContentTypes.of(file.name()));
        headers.set(HttpHeaderNames.CONTENT_LENGTH, part.length());
        Exchange.Body body = exchange.begin(status, headers);
        if (exchange.request().isHead() || part.length() == 0) {
            close(file);
            body.end();
        } else {
            FileTransfer.start(exchange, body, file, part, threads, openFiles::release);
        }
    }

    private static HttpHeaders validators(OpenFile file) {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.ETAG, file.etag());
        headers.set(HttpHeaderNames.LAST_MODIFIED, DateFormatter.format(Date.from(file.modified())));
        headers.set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
        // Asked again each time, and answered 304: what an operator changes is seen at once.
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        headers.set("x-content-type-options", "nosniff");
        return headers;
    }

    private static void redirect(Exchange exchange) {
        Request request = exchange.request();
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(
                HttpHeaderNames.LOCATION,
                request.path() + "/" + (request.query().isEmpty() ? "" : "?" + request.query()));
        exchange.answer(HttpResponseStatus.MOVED_PERMANENTLY, headers, Unpooled.EMPTY_BUFFER);
    }

    private static void busy(Exchange exchange) {
        exchange.refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "Too many files are being sent; try again.");
    }

    private void release(Lookup lookup) {
        if (lookup instanceof Done(Folder.Hit(OpenFile file))) {
            close(file);
        } else {
            openFiles.release();
        }
    }

    private void close(OpenFile file) {
        openFiles.release();
        try {
            file.close();
        } catch (IOException e) {
            LOG.debugf("file not closed file=%s reason=\"%s\"", file.name(), e.getMessage());
        }
    }
}
