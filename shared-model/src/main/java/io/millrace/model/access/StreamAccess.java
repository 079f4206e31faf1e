package io.millrace.model.access;

import io.millrace.model.Glob;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import java.util.List;

/**
 * What clients must show, for all streams.
 *
 * @param rules in the order in which they are tried; the first that matches a stream decides
 * @param keys those that the rules name
 */
public record StreamAccess(List<AccessRule> rules, List<AccessKey> keys) {

    /** Every stream is free. */
    public static final StreamAccess FREE = new StreamAccess(List.of(), List.of());

    private static final AccessCheck NONE = new AccessCheck.None();

    public StreamAccess {
        rules = List.copyOf(rules);
        keys = List.copyOf(keys);
    }

    public AccessCheck check(StreamKey stream, Intent intent) {
        for (AccessRule rule : rules) {
            if (rule.matches(stream)) {
                return rule.check(intent);
            }
        }
        return NONE;
    }

    /** Whether players of some stream of a vhost must show something. */
    public boolean guardsVhost(String vhost) {
        for (AccessRule rule : rules) {
            if (Glob.matches(rule.vhost(), vhost) && !rule.play().equals(NONE)) {
                return true;
            }
        }
        return false;
    }

    /** Without what must not be shown. */
    public StreamAccess withoutKeys() {
        return new StreamAccess(rules, List.of());
    }
}
