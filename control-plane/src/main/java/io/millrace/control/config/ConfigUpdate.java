package io.millrace.control.config;

import io.millrace.control.store.Versioned;

/**
 * What came of a change.
 *
 * @param written false if the document said that already
 */
public record ConfigUpdate(ClusterConfig before, Versioned<ClusterConfig> after, boolean written) {

    public ConfigChanges changes() {
        return ConfigChanges.between(before, after.value());
    }
}
