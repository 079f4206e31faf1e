package io.millrace.control.security.login.oidc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is by a token of the provider.
 *
 * @param role null where the token names none that means something here
 * @param until when the token expires
 * @param endSession where the provider ends its own log-in; null where it does not say
 */
public record Identified(
        String name,
        @Nullable String role,
        Instant until,
        @Nullable String endSession) {}
