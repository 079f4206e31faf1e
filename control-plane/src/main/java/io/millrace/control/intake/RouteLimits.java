package io.millrace.control.intake;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which limit counts for which route. A test walks all resources and fails where a route that takes a body is not named here. */
final class RouteLimits {

    private static final String SEGMENT = "[^/]+";

    private record Row(String method, Pattern path, BodyLimit limit) {}

    private static final List<Row> ROWS = List.of(
            // Those that come by the thousand a second first.
            row("POST", "/internal/v1/resolve", BodyLimit.RESOLVE),
            row("POST", "/internal/v1/workers/*/reports", BodyLimit.WORKER),
            row("POST", "/api/v1/srs/register", BodyLimit.HEARTBEAT),
            row("POST", "/api/v1/srs/register/*", BodyLimit.HEARTBEAT),
            row("POST", "/api/v1/hooks/srs", BodyLimit.HOOK),
            row("POST", "/api/v1/hooks/srs/*", BodyLimit.HOOK),
            row("POST", "/api/v1/versions", BodyLimit.NONE_WANTED),
            row("POST", "/internal/v1/workers/*/table-acks", BodyLimit.TABLE_ACK),
            row("PUT", "/internal/v1/workers/*", BodyLimit.WORKER),
            row("PUT", "/internal/v1/media-routes/*", BodyLimit.MEDIA_ROUTE),
            row("POST", "/internal/v1/peers/sessions", BodyLimit.PEER_QUESTION),
            row("POST", "/internal/v1/peers/sessions/part", BodyLimit.PEER_QUESTION),
            row("POST", "/internal/v1/peers/sessions/*/kick", BodyLimit.ORDER),
            row("POST", "/internal/v1/peers/workers/*/drain", BodyLimit.ORDER),
            row("POST", "/internal/v1/srs/api/v1/**", BodyLimit.PASSED_ON),
            row("PUT", "/internal/v1/srs/api/v1/**", BodyLimit.PASSED_ON),
            row("PATCH", "/internal/v1/srs/api/v1/**", BodyLimit.PASSED_ON),
            row("POST", "/api/v1/origins", BodyLimit.ORIGIN),
            row("POST", "/api/v1/origins/*/approve", BodyLimit.NONE_WANTED),
            row("POST", "/api/v1/origin-credentials", BodyLimit.ORDER),
            row("PATCH", "/api/v1/origins/*", BodyLimit.ORIGIN),
            row("POST", "/api/v1/streams/**", BodyLimit.ORDER),
            row("POST", "/api/v1/bans", BodyLimit.ORDER),
            row("POST", "/api/v1/sessions/revoke", BodyLimit.ORDER),
            row("POST", "/api/v1/workers/*/drain", BodyLimit.ORDER),
            row("PUT", "/api/v1/placement/rules", BodyLimit.RULES),
            row("PUT", "/api/v1/vhosts", BodyLimit.VHOSTS),
            row("POST", "/api/v1/tokens", BodyLimit.ORDER),
            row("PUT", "/api/v1/limits", BodyLimit.RULES),
            row("PUT", "/api/v1/access/rules", BodyLimit.RULES),
            row("POST", "/api/v1/access/keys", BodyLimit.ORDER),
            row("POST", "/api/v1/access/keys/*/sign", BodyLimit.ORDER),
            row("POST", "/api/v1/access/check", BodyLimit.ORDER),
            row("POST", "/api/v1/login", BodyLimit.ORDER),
            row("POST", "/api/v1/logout", BodyLimit.NONE_WANTED),
            row("POST", "/api/v1/users", BodyLimit.ORDER),
            row("PATCH", "/api/v1/users/*", BodyLimit.ORDER),
            row("PUT", "/api/v1/me/password", BodyLimit.ORDER),
            row("PUT", "/api/v1/config", BodyLimit.CONFIG),
            row("POST", "/api/v1/config/versions/*/rollback", BodyLimit.ORDER));

    private RouteLimits() {}

    private static Row row(String method, String path, BodyLimit limit) {
        String anything = Pattern.quote(path).replace("**", "\\E.+\\Q").replace("*", "\\E" + SEGMENT + "\\Q");
        return new Row(method, Pattern.compile(anything + "/?"), limit);
    }

    /** @param path as the router of the resources sees it: without dots and double slashes */
    static BodyLimit of(String method, String path) {
        return find(method, path).orElse(BodyLimit.NONE_WANTED);
    }

    static Optional<BodyLimit> find(String method, String path) {
        for (Row row : ROWS) {
            if (row.method().equals(method) && row.path().matcher(path).matches()) {
                return Optional.of(row.limit());
            }
        }
        return Optional.empty();
    }
}
