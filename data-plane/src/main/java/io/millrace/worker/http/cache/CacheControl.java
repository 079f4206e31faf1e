package io.millrace.worker.http.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What an origin says about sharing its answer (RFC 9111 section 5.2.2), as far as it matters to us.
 *
 * @param mayShare false for {@code no-store}, {@code private}, and for an answer that depends on headers that we do not tell apart
 * @param mustAsk {@code no-cache} or an age of zero: the origin wants to be asked again soon
 * @param maxAge what it names as the longest time to keep it
 */
public record CacheControl(boolean mayShare, boolean mustAsk, Optional<Duration> maxAge) {

    public static CacheControl of(HttpHeaders headers) {
        boolean mayShare = variesHarmlessly(headers);
        boolean mustAsk = false;
        Optional<Duration> maxAge = Optional.empty();
        Optional<Duration> sharedMaxAge = Optional.empty();
        for (String line : headers.getAll(HttpHeaderNames.CACHE_CONTROL)) {
            for (String part : line.split(",", -1)) {
                String word = part.strip().toLowerCase(Locale.ROOT);
                if (word.equals("no-store") || word.equals("private") || word.startsWith("private=")) {
                    mayShare = false;
                } else if (word.equals("no-cache") || word.startsWith("no-cache=")) {
                    mustAsk = true;
                } else if (word.startsWith("s-maxage=")) {
                    sharedMaxAge = seconds(word);
                } else if (word.startsWith("max-age=")) {
                    maxAge = seconds(word);
                }
            }
        }
        Optional<Duration> counts = sharedMaxAge.isPresent() ? sharedMaxAge : maxAge;
        return new CacheControl(
                mayShare, mustAsk || counts.filter(Duration::isZero).isPresent(), counts);
    }

    /** Origins are asked without Accept-Encoding and answer the same to every Origin: those are this server's affair. */
    private static boolean variesHarmlessly(HttpHeaders headers) {
        for (String line : headers.getAll(HttpHeaderNames.VARY)) {
            for (String name : line.split(",", -1)) {
                switch (name.strip().toLowerCase(Locale.ROOT)) {
                    case "",
                            "accept-encoding",
                            "origin",
                            "access-control-request-method",
                            "access-control-request-headers" -> {}
                    default -> {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static Optional<Duration> seconds(String word) {
        String text = word.substring(word.indexOf('=') + 1).replace("\"", "");
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(text))));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }
}
