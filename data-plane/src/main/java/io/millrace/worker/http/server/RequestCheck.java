package io.millrace.worker.http.server;

import io.millrace.worker.http.Request;
import io.millrace.worker.http.Request.Client;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Request} of what was decoded, or says what is wrong with it: target, Host, method. */
final class RequestCheck {

    private static final HttpVersion HTTP_2 = new HttpVersion("HTTP", 2, 0, true);
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._~%-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::\\d{0,5})?");

    private RequestCheck() {}

    /** What came of it. */
    sealed interface Result {}

    record Good(Request request) implements Result {}

    record Wrong(Refusal refusal) implements Result {}

    /** Where a target points. */
    private record Target(String authority, String pathAndQuery) {}

    static Result check(HttpRequest decoded, Client client, boolean http2) {
        HttpMethod method = decoded.method();
        if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
            return wrong(HttpResponseStatus.METHOD_NOT_ALLOWED, method + " is not served.");
        }
        if (!KNOWN.contains(method)) {
            return wrong(HttpResponseStatus.NOT_IMPLEMENTED, "The method is not known.");
        }
        HttpHeaders headers = decoded.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (hosts.size() > 1 || lengths.size() > 1) {
            return wrong(HttpResponseStatus.BAD_REQUEST, "Host or Content-Length stands more than once.");
        }
        Target target = target(method, decoded.uri(), hosts.isEmpty() ? "" : hosts.getFirst());
        if (target == null) {
            return wrong(HttpResponseStatus.BAD_REQUEST, "The target is neither a path nor an http URL.");
        }
        boolean mayLackHost = decoded.protocolVersion().equals(HttpVersion.HTTP_1_0) && hosts.isEmpty();
        if (!HOST.matcher(target.authority()).matches()
                && !(mayLackHost && target.authority().isEmpty())) {
            return wrong(HttpResponseStatus.BAD_REQUEST, "The Host is no host name.");
        }
        int question = target.pathAndQuery().indexOf('?');
        String path =
                question < 0 ? target.pathAndQuery() : target.pathAndQuery().substring(0, question);
        String query = question < 0 ? "" : target.pathAndQuery().substring(question + 1);
        String problem = path.equals("*") ? "" : PathCheck.problemOf(path);
        if (problem.isEmpty() && !PathCheck.isPlain(query)) {
            problem = "The query holds a character that must be percent-encoded.";
        }
        if (!problem.isEmpty()) {
            return wrong(HttpResponseStatus.BAD_REQUEST, problem);
        }
        return new Good(new Request(
                method,
                http2 ? HTTP_2 : decoded.protocolVersion(),
                path,
                query,
                target.authority().toLowerCase(Locale.ROOT),
                headers,
                client,
                bodyLength(decoded, lengths)));
    }

    private static @Nullable Target target(HttpMethod method, String uri, String host) {
        if (uri.startsWith("/")) {
            return new Target(host, uri);
        }
        if (uri.equals("*") && method.equals(HttpMethod.OPTIONS)) {
            return new Target(host, uri);
        }
        String lower = uri.toLowerCase(Locale.ROOT);
        int begin = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (begin < 0) {
            return null;
        }
        // The absolute form; its authority wins over Host (RFC 9112, section 3.2.2).
        int end = begin;
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        String rest = uri.substring(end);
        return new Target(uri.substring(begin, end), rest.startsWith("/") ? rest : "/" + rest);
    }

    private static Optional<Long> bodyLength(HttpRequest decoded, List<String> lengths) {
        if (!lengths.isEmpty()) {
            try {
                return Optional.of(Long.parseLong(lengths.getFirst()));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
        return HttpUtil.isTransferEncodingChunked(decoded) ? Optional.empty() : Optional.of(0L);
    }

    private static Wrong wrong(HttpResponseStatus status, String message) {
        return new Wrong(new Refusal(status, message));
    }
}
