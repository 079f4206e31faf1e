package io.millrace.control.registry.origin;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the control plane came to know an origin. */
public enum OriginSource {
    /** It registers by itself, again and again. */
    HEARTBEAT,
    /** An operator added it; it is probed. */
    STATIC,
    /** The settings PROXY_DEFAULT_BACKEND_* name it; it is probed. */
    DEFAULT_BACKEND,
    /** A worker knew it before this control plane started, and it has not registered since. */
    RESTORED;

    /** Whether a configuration keeps it in the list, so that it never has to beat. */
    public boolean isProbed() {
        return this == STATIC || this == DEFAULT_BACKEND;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
