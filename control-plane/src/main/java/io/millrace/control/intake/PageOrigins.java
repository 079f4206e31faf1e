package io.millrace.control.intake;

import io.millrace.control.settings.InvalidSettingException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may make a browser send requests here: those of this server, and of origins that a setting lists. A browser says of which origin the
 * page is with everything but simple reading, whose answer it keeps from the page. What only machines send comes from no page.
 *
 * @param allowed origins of pages elsewhere, as browsers write them
 */
record PageOrigins(Set<String> allowed) {

    static final String PROPERTY = "millrace.cors.origins";

    private static final Pattern ORIGIN = Pattern.compile("https?://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:\\d{1,5})?");
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    PageOrigins {
        allowed = Set.copyOf(allowed);
    }

    /** @throws InvalidSettingException if it is no list of origins */
    static PageOrigins of(String text) {
        if (text.isEmpty()) {
            return new PageOrigins(Set.of());
        }
        Set<String> origins = Arrays.stream(text.split(",", -1)).collect(Collectors.toSet());
        if (!origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            throw new InvalidSettingException(
                    PROPERTY, text, "a list of origins such as https://console.example.com,http://10.0.0.5:3000");
        }
        return new PageOrigins(origins);
    }

    /** @param path as the router of the resources sees it */
    boolean allow(HttpServerRequest request, String path) {
        // Versions are for everybody, and change nothing.
        if (path.equals("/api/v1/versions") || path.equals("/api/v1/versions/")) {
            return true;
        }
        String origin = request.getHeader("Origin");
        String site = request.getHeader(FETCH_SITE);
        if (isOfMachines(path)) {
            return origin == null && site == null;
        }
        if (origin != null && isOwn(origin, request.authority())) {
            // Quarkus compares the scheme too, which differs behind a proxy that ends TLS; an own page needs no answer
            // about origins.
            request.headers().remove("Origin");
            return true;
        }
        if (origin != null) {
            return allowed.contains(origin);
        }
        return READING.contains(request.method()) || site == null || site.equals("same-origin") || site.equals("none");
    }

    private static boolean isOfMachines(String path) {
        return path.startsWith("/internal/") || path.startsWith("/api/v1/srs/") || path.startsWith("/api/v1/hooks/");
    }

    private static boolean isOwn(String origin, @Nullable HostAndPort host) {
        try {
            URI page = new URI(origin.toLowerCase(Locale.ROOT));
            if (host == null || page.getHost() == null) {
                return false;
            }
            int usual = "https".equals(page.getScheme()) ? 443 : 80;
            return page.getHost().equals(host.host().toLowerCase(Locale.ROOT))
                    && (page.getPort() < 0 ? usual : page.getPort()) == (host.port() < 0 ? usual : host.port());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
