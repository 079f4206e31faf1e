package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Date;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Serves an operator's folder. What the disk has to say is asked on file threads; the answer is given on the event loop. */
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

    /** What the disk said. */
    private sealed interface Looked {}

    private record Seen(Folder.Found found) implements Looked {}

    private record Failed() implements Looked {}

    void serve(Exchange exchange, FilePath path) {
        if (!openFiles.tryAcquire()) {
            busy(exchange);
            return;
        }
        if (!threads.run(() -> look(exchange, path))) {
            openFiles.release();
            busy(exchange);
        }
    }

    /** On a file thread. */
    private void look(Exchange exchange, FilePath path) {
        Looked looked;
        try {
            looked = new Seen(folder.find(path));
        } catch (IOException | RuntimeException e) {
            LOG.warnf(
                    "a file cannot be looked up path=%s reason=\"%s\"",
                    exchange.request().path(), e.getMessage());
            looked = new Failed();
        }
        Looked result = looked;
        try {
            exchange.channel().eventLoop().execute(() -> answer(exchange, result));
        } catch (RejectedExecutionException e) {
            // The loops end, and every exchange with them.
            forget(result);
        }
    }

    private void answer(Exchange exchange, Looked looked) {
        if (exchange.isOver()) {
            forget(looked);
            return;
        }
        switch (looked) {
            case Seen(Folder.Hit(OpenFile file)) -> answer(exchange, file);
            case Seen(Folder.LacksSlash _) -> {
                openFiles.release();
                redirect(exchange);
            }
            case Seen(Folder.Nothing _) -> {
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
        Conditions.Outcome outcome =
                Conditions.of(request.headers(), file.etag(), file.modified(), file.size(), !request.isHead());
        switch (outcome) {
            case Conditions.NotModified _ -> {
                forget(file);
                exchange.answer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
            }
            case Conditions.Unsatisfiable _ -> {
                forget(file);
                headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + file.size());
                exchange.answer(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, Unpooled.EMPTY_BUFFER);
            }
            case Conditions.Whole _ ->
                send(exchange, HttpResponseStatus.OK, headers, file, new Conditions.Part(0, file.size() - 1));
            case Conditions.Part part -> {
                headers.set(
                        HttpHeaderNames.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + file.size());
                send(exchange, HttpResponseStatus.PARTIAL_CONTENT, headers, file, part);
            }
        }
    }

    private void send(
            Exchange exchange, HttpResponseStatus status, HttpHeaders headers, OpenFile file, Conditions.Part part) {
        long length = part.last() - part.first() + 1;
        headers.set(HttpHeaderNames.CONTENT_TYPE, ContentTypes.of(file.name()));
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        Exchange.Body body = exchange.begin(status, headers);
        if (exchange.request().isHead() || length == 0) {
            forget(file);
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

    private void forget(Looked looked) {
        if (looked instanceof Seen(Folder.Hit(OpenFile file))) {
            forget(file);
        } else {
            openFiles.release();
        }
    }

    private void forget(OpenFile file) {
        openFiles.release();
        try {
            file.close();
        } catch (IOException e) {
            LOG.debugf("a file was not closed file=%s reason=\"%s\"", file.name(), e.getMessage());
        }
    }
}
