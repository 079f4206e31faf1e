package io.millrace.cluster.scale;

import java.util.Locale;

/** What the control planes keep their state in. */
enum StoreKind {
    /** One control plane alone. */
    MEMORY(1),
    /** Two control planes and one redis-server. */
    REDIS(2),
    /** Two control planes that replicate to each other. */
    MESH(2);

    private final int planes;

    StoreKind(int planes) {
        this.planes = planes;
    }

    int planes() {
        return planes;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StoreKind of(String word) {
        for (StoreKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("store is '" + word + "'; allowed are memory, redis and mesh");
    }
}
