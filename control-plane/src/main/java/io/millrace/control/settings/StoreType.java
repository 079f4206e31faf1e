package io.millrace.control.settings;

import java.util.Locale;

/** Which stores the operator wants. Who asks for stores that are shared must not get some that are not, so it ends the start. */
final class StoreType {

    static final String PROPERTY = "proxy.load.balancer.type";

    private static final String MEMORY = "memory";

    private StoreType() {}

    static void check(String type) {
        if (!type.strip().toLowerCase(Locale.ROOT).equals(MEMORY)) {
            throw new InvalidSettingException(
                    PROPERTY,
                    type,
                    MEMORY + " (redis and mesh do not exist yet, so there can be only one control plane)");
        }
    }
}
