package io.millrace.model.table;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an origin may decide by beside the URL, of a viewer whose answers others share. */
public enum ClientTrait {
    /** {@code User-Agent}, {@code Accept} and {@code Accept-Language}. */
    USER_AGENT,
    /** {@code Referer} and {@code Origin}. */
    REFERER,
    /** {@code X-Forwarded-For} and {@code X-Real-IP}. */
    ADDRESS;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
