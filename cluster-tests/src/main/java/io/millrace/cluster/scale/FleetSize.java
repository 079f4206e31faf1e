package io.millrace.cluster.scale;

import java.util.Locale;

/**
 * How large the simulated deployment is. The three named ones have the same shape: 500 streams to an origin, 100 to a worker.
 *
 * @param streams each published through one worker
 */
record FleetSize(String name, int origins, int streams, int workers) {

    static FleetSize of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "tiny" -> new FleetSize(name, 4, 400, 4);
            case "small" -> new FleetSize(name, 20, 10_000, 100);
            case "medium" -> new FleetSize(name, 66, 33_000, 330);
            case "full" -> new FleetSize(name, 200, 100_000, 1_000);
            default -> custom(name);
        };
    }

    private static FleetSize custom(String text) {
        if (!text.matches("\\d{1,4}x\\d{1,7}x\\d{1,4}")) {
            throw new IllegalArgumentException(
                    "size is '" + text + "'; allowed are tiny, small, medium, full and ORIGINSxSTREAMSxWORKERS");
        }
        String[] parts = text.split("x", -1);
        return new FleetSize(text, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
