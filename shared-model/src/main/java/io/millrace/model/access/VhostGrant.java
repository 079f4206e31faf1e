package io.millrace.model.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a worker may have of a vhost until it is told anew; null for as much as comes.
 *
 * @param publishers those that it has stay, whatever this says
 * @param viewers the newest of those that are too many are ended
 * @param fullAddresses addresses, as one counts, that have all sessions that they may have
 */
public record VhostGrant(
        String vhost,
        @Nullable Integer publishers,
        @Nullable Integer viewers,
        List<String> fullAddresses) {

    public VhostGrant {
        fullAddresses = fullAddresses == null ? List.of() : List.copyOf(fullAddresses);
    }
}
