package io.millrace.worker.flv.relay;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/** How the end of an origin's body is known (RFC 9112, section 6.3). */
sealed interface BodyFraming {

    record Chunked() implements BodyFraming {}

    record Length(long bytes) implements BodyFraming {}

    record UntilClose() implements BodyFraming {}

    /** Empty when the head contradicts itself. */
    static Optional<BodyFraming> of(HttpResponse head, boolean answersHead) {
        int status = head.status().code();
        if (answersHead || status == 204 || status == 304) {
            return Optional.of(new Length(0));
        }
        List<String> encodings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (!encodings.isEmpty()) {
            return encodings.size() == 1 && encodings.getFirst().strip().equalsIgnoreCase("chunked")
                    ? Optional.of(new Chunked())
                    : Optional.empty();
        }
        if (lengths.isEmpty()) {
            return Optional.of(new UntilClose());
        }
        String length = lengths.getFirst().strip();
        return lengths.size() == 1 && length.matches("\\d{1,15}")
                ? Optional.of(new Length(Long.parseLong(length)))
                : Optional.empty();
    }
}
