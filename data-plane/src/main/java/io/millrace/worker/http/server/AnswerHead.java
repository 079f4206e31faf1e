package io.millrace.worker.http.server;

import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What every answer says beside its own headers: Server, Date, and that any page may read it where that is so. */
final class AnswerHead {

    private static final String SERVER = "Millrace";
    private static final String EXPOSED =
            "Content-Length, Content-Range, Content-Type, Date, ETag, Last-Modified, Location, Link, Server, Accept-Ranges";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String USUAL_REQUEST_HEADERS =
            "Authorization, Content-Type, Range, If-None-Match, If-Modified-Since";
    private static final String PREFLIGHT_SECONDS = "86400";
    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static final int MAX_ECHOED = 1_024;

    private final InstantSource clock;
    private long second;
    private String date = "";

    AnswerHead(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Adds what is missing; what an origin said itself stays.
     *
     * @param forPages whether pages of other origins may read the answer
     */
    void complete(HttpHeaders headers, boolean forPages) {
        if (!headers.contains(HttpHeaderNames.SERVER)) {
            headers.set(HttpHeaderNames.SERVER, SERVER);
        }
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, date());
        }
        if (!forPages) {
            headers.set("x-content-type-options", "nosniff")
                    .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                    .set("referrer-policy", "same-origin")
                    .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
            return;
        }
        if (!headers.contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        if (!headers.contains(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /** The answer to a browser that asks beforehand. */
    void preflight(Request request, HttpHeaders headers, boolean forPages) {
        if (!forPages) {
            headers.set(HttpHeaderNames.ALLOW, METHODS);
            return;
        }
        String wanted = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        headers.set(HttpHeaderNames.ALLOW, METHODS)
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .set(
                        HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                        wanted == null || wanted.length() > MAX_ECHOED ? USUAL_REQUEST_HEADERS : wanted)
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    }

    /** Made anew each second; loops that race for it make the same text. */
    private synchronized String date() {
        long now = clock.instant().getEpochSecond();
        if (now != second) {
            second = now;
            date = HTTP_DATE.format(Instant.ofEpochSecond(now));
        }
        return date;
    }
}
