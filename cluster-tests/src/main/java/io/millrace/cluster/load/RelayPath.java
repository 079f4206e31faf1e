package io.millrace.cluster.load;

import java.util.Locale;

/** A way from the origin to the viewers. */
enum RelayPath {
    DIRECT,
    HAPROXY,
    NGINX_STREAM,
    NGINX_HTTP,
    MILLRACE;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is one of the relays in C that Millrace is set beside. */
    boolean isPeer() {
        return this == HAPROXY || this == NGINX_STREAM || this == NGINX_HTTP;
    }
}
