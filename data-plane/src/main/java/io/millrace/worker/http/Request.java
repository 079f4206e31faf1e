package io.millrace.worker.http;

import io.millrace.worker.admin.sessions.Credentials;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/**
 * What a client asked for, checked: the path begins with a slash, holds no empty, {@code .} or {@code ..} segment, encoded or not,
 * and no control character; Host is there and one.
 *
 * @param path as sent, still encoded, without the query
 * @param query as sent, without the question mark; empty when there is none
 * @param host as the client wrote it, with its port if any; lower case
 * @param client who asks
 * @param bodyLength of a body that {@link Exchange#onBody} brings; 0 for none, empty when it is not known before its end
 */
public record Request(
        HttpMethod method,
        HttpVersion version,
        String path,
        String query,
        String host,
        HttpHeaders headers,
        Client client,
        Optional<Long> bodyLength) {

    /**
     * Who asks.
     *
     * @param ip without port
     * @param shown {@code host:port}
     * @param secure whether it came over TLS
     */
    public record Client(String ip, String shown, boolean secure) {}

    /** Path and query as sent. */
    public String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** What the client shows of itself. */
    public Credentials credentials() {
        return Credentials.ofHttp(query, headers.get(HttpHeaderNames.AUTHORIZATION));
    }

    public boolean isHead() {
        return method.equals(HttpMethod.HEAD);
    }
}
