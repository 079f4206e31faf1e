package io.millrace.model.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.Glob;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much each vhost of a pattern may have at all workers together; null for as much as comes. The first that matches a vhost counts.
 *
 * @param vhost pattern; {@code *} stands for any run of characters, {@code ?} for one
 * @param maxKbps to viewers
 * @param maxSessionsPerAddress for what counts as one address, see {@link io.millrace.model.address.AddressGroup}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VhostLimits(
        String vhost,
        @Nullable Integer maxPublishers,
        @Nullable Integer maxViewers,
        @Nullable Integer maxKbps,
        @Nullable Integer maxSessionsPerAddress) {

    /** The limits of a vhost. */
    public static Optional<VhostLimits> of(List<VhostLimits> all, String vhost) {
        for (VhostLimits limits : all) {
            if (Glob.matches(limits.vhost(), vhost)) {
                return Optional.of(limits);
            }
        }
        return Optional.empty();
    }
}
