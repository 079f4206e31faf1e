package io.millrace.worker.http.delivery;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.cache.CachedObject;
import io.millrace.worker.http.cache.Head;
import io.millrace.worker.http.cache.Reader;
import io.millrace.worker.http.semantics.ByteRange;
import io.millrace.worker.http.semantics.Conditions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sends an object to one client while it comes, or a part of it, as fast as this client takes it. */
final class SegmentAnswer {

    /** A write of this size keeps the socket busy and the queue short. */
    private static final int WRITE = 128 * 1024;

    private final Exchange exchange;
    private final Reader reader;
    private final Optional<Viewers.Viewer> viewer;
    private Exchange.@Nullable Body body;
    private long end = Long.MAX_VALUE;
    private boolean over;

    SegmentAnswer(Exchange exchange, Reader reader, Optional<Viewers.Viewer> viewer) {
        this.exchange = exchange;
        this.reader = reader;
        this.viewer = viewer;
    }

    /** There is news of the object, or the client takes more. */
    void goOn() {
        if (over) {
            return;
        }
        if (exchange.isOver()) {
            finish();
            return;
        }
        boolean begins = body == null;
        if (begins && !begin()) {
            return;
        }
        pump(begins);
    }

    /** @return false while more of the object must be known, or when all is said */
    private boolean begin() {
        CachedObject object = reader.object();
        Head head = object.head();
        if (head == null) {
            return false;
        }
        boolean complete = object.state() == CachedObject.State.COMPLETE;
        OptionalLong length = complete ? OptionalLong.of(object.available()) : head.length();
        if (object.state() == CachedObject.State.FAILED) {
            exchange.refuse(
                    HttpResponseStatus.BAD_GATEWAY,
                    "The stream's origin closed the connection in the middle of its answer.");
            finish();
            return false;
        }
        HttpHeaders headers = copy(head.headers());
        HttpResponseStatus status = head.status();
        if (status.equals(HttpResponseStatus.OK)) {
            if (Conditions.isUnchanged(exchange.request().headers(), head.headers())) {
                exchange.answer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
                finish();
                return false;
            }
            headers.set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
            Optional<String> range = Conditions.range(exchange.request().headers(), head.headers());
            if (range.isPresent() && length.isEmpty()) {
                // Known once all is there; pieces that come without a length are short.
                return false;
            }
            if (range.isPresent()) {
                long whole = length.getAsLong();
                switch (ByteRange.read(range, whole)) {
                    case ByteRange.Wish.Whole() -> {}
                    case ByteRange.Wish.Part(ByteRange part) -> {
                        status = HttpResponseStatus.PARTIAL_CONTENT;
                        headers.set(HttpHeaderNames.CONTENT_RANGE, part.header(whole));
                        reader.skipTo(part.from());
                        end = part.to();
                        length = OptionalLong.of(part.length());
                    }
                    case ByteRange.Wish.Unsatisfiable() -> {
                        headers.set(HttpHeaderNames.CONTENT_RANGE, ByteRange.unsatisfied(whole));
                        headers.remove(HttpHeaderNames.CONTENT_TYPE);
                        exchange.answer(
                                HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, Unpooled.EMPTY_BUFFER);
                        finish();
                        return false;
                    }
                }
            }
        }
        length.ifPresent(known -> headers.set(HttpHeaderNames.CONTENT_LENGTH, known));
        if (exchange.request().isHead() || status.code() == 204 || status.code() == 304) {
            exchange.answer(status, headers, Unpooled.EMPTY_BUFFER);
            finish();
            return false;
        }
        Exchange.Body begun = exchange.begin(status, headers);
        begun.onWritable(this::goOn);
        body = begun;
        return true;
    }

    private static HttpHeaders copy(HttpHeaders headers) {
        return new DefaultHttpHeaders().add(headers);
    }

    /** @param begins whether the head still waits to be sent */
    private void pump(boolean begins) {
        Exchange.Body out = body;
        if (out == null) {
            return;
        }
        CachedObject object = reader.object();
        // Looked at before the bytes: what is complete now has all its bytes below.
        CachedObject.State state = object.state();
        long sent = 0;
        while (reader.position() < end && reader.hasMore() && out.isWritable()) {
            ByteBuf bytes = reader.next((int) Math.min(WRITE, end - reader.position()));
            sent += bytes.readableBytes();
            out.write(bytes);
        }
        boolean all = reader.position() >= end || (state == CachedObject.State.COMPLETE && !reader.hasMore());
        if (sent > 0) {
            long bytes = sent;
            viewer.ifPresent(who -> who.sent(bytes));
            reader.moved();
        }
        if (all) {
            out.end();
            finish();
        } else if ((state == CachedObject.State.FAILED && !reader.hasMore()) || reader.isCutOff()) {
            out.abort();
            finish();
        } else if (sent > 0 || begins) {
            out.flush();
        }
    }

    private void finish() {
        over = true;
        reader.close();
    }
}
