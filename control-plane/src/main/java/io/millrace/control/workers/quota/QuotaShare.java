package io.millrace.control.workers.quota;

import java.util.Map;

/**
 * What the workers of one control plane have, for the others.
 *
 * @param workers by worker, then by vhost
 * @param addresses sessions by vhost, then by address; those with many
 */
public record QuotaShare(Map<String, Map<String, Standing>> workers, Map<String, Map<String, Integer>> addresses) {

    static final QuotaShare NOTHING = new QuotaShare(Map.of(), Map.of());
}
