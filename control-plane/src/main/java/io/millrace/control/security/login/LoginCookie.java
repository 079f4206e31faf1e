package io.millrace.control.security.login;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** What a browser shows of its log-in. */
public final class LoginCookie {

    public static final String NAME = "millrace_login";

    /** A page of another site cannot send it without asking first, and is never allowed to. */
    public static final String MEANT = "X-Millrace-Request";

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private LoginCookie() {}

    /** Whether a request is what the person wants, and not what some page made the browser send. */
    public static boolean isMeant(HttpServerRequest request) {
        return READING.contains(request.method()) || request.headers().contains(MEANT);
    }

    public static Cookie of(String secret, boolean overTls) {
        return with(secret, overTls);
    }

    /** Makes the browser forget it. */
    public static Cookie gone(boolean overTls) {
        return with("", overTls).setMaxAge(0);
    }

    private static Cookie with(String value, boolean overTls) {
        return Cookie.cookie(NAME, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(overTls)
                .setSameSite(CookieSameSite.STRICT);
    }
}
