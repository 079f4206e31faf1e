package io.millrace.control.bans;

import io.millrace.model.access.Ban;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ban with how it came about.
 *
 * @param reason may be empty
 * @param madeBy who made it
 * @param expiresAt when it ends by itself, to be shown: what counts is the store's time to live; null for never
 */
public record BanEntry(
        Ban ban,
        String reason,
        String madeBy,
        Instant madeAt,
        @Nullable Instant expiresAt) {}
