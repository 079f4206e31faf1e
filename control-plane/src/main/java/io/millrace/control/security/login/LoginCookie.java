package io.millrace.control.security.login;

import io.millrace.control.security.PeerAddress;
import io.millrace.control.security.user.PasswordCheck.Sender;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Set;

/** What a browser shows of its log-in. */
public final class LoginCookie {

    public static final String NAME = "millrace_login";

    /** By which a browser is known where somebody has logged in with it before; it logs nobody in. */
    public static final String BROWSER = "millrace_browser";

    private static final Duration BROWSER_KNOWN_FOR = Duration.ofDays(365);

    /** A page of another site cannot send it without asking first, and is never allowed to. */
    public static final String MEANT = "X-Millrace-Request";

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private LoginCookie() {}

    /** Whether a request is what the person wants, and not what some page made the browser send. */
    public static boolean isMeant(HttpServerRequest request) {
        return READING.contains(request.method()) || request.headers().contains(MEANT);
    }

    public static Cookie of(String secret, boolean overTls) {
        return with(NAME, secret, overTls);
    }

    /** Makes the browser forget it. */
    public static Cookie gone(boolean overTls) {
        return with(NAME, "", overTls).setMaxAge(0);
    }

    public static Cookie ofBrowser(String secret, boolean overTls) {
        return with(BROWSER, secret, overTls).setMaxAge(BROWSER_KNOWN_FOR.toSeconds());
    }

    /** Who tries a password. */
    public static Sender sender(HttpServerRequest request) {
        Cookie browser = request.getCookie(BROWSER);
        return new Sender(PeerAddress.of(request), browser == null ? null : browser.getValue());
    }

    private static Cookie with(String name, String value, boolean overTls) {
        return Cookie.cookie(name, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(overTls)
                .setSameSite(CookieSameSite.STRICT);
    }
}
