package io.millrace.control.security.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody is logged in.
 *
 * @param generation of the user, when that was; 0 for somebody of an identity provider
 * @param since by the time of day, which is the same for all control planes
 * @param byProvider null where the user is one of this cluster
 */
public record Login(
        String user,
        int generation,
        Instant since,
        @Nullable ByProvider byProvider) {

    /**
     * What an identity provider said. No token of it is kept.
     *
     * @param until when that is over
     * @param endSession where it ends its own log-in; null where it did not say
     */
    public record ByProvider(
            String role, Instant until, @Nullable String endSession) {}
}
