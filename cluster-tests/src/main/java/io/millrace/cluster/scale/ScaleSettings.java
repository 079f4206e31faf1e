package io.millrace.cluster.scale;

import java.util.Arrays;
import java.util.List;

/**
 * What a run measures; each is a system property, as in {@code -Dscale.size=full}.
 *
 * @param rates of resolves a second for known streams, in the order in which they are tried
 * @param newRates the same for streams that nobody asked for before
 * @param seconds that each rate is held
 * @param runs of each rate; what is printed are medians
 * @param warmSeconds of known streams at the second rate before anything counts
 * @param reportSeconds for which nothing but reports comes
 * @param deaths of origins that a worker observes
 * @param silence whether an origin's silence is measured too, which takes a quarter of a minute
 * @param planeJvm options of the control planes over those of {@code scripts/jvm-options}
 */
record ScaleSettings(
        FleetSize size,
        StoreKind store,
        List<Integer> rates,
        List<Integer> newRates,
        int seconds,
        int runs,
        int warmSeconds,
        int reportSeconds,
        int deaths,
        boolean silence,
        List<String> planeJvm) {

    static ScaleSettings read() {
        return new ScaleSettings(
                FleetSize.of(System.getProperty("scale.size", "small")),
                StoreKind.of(System.getProperty("scale.store", "memory")),
                rates("scale.rates", "1000,5000,7000,9000"),
                rates("scale.new", "500,1000,5000"),
                Integer.getInteger("scale.seconds", 5),
                Integer.getInteger("scale.runs", 3),
                Integer.getInteger("scale.warm", 20),
                Integer.getInteger("scale.reports", 15),
                Integer.getInteger("scale.deaths", 5),
                Boolean.parseBoolean(System.getProperty("scale.silence", "true")),
                Arrays.stream(System.getProperty("scale.jvm", "").split(" ", -1))
                        .filter(option -> !option.isEmpty())
                        .toList());
    }

    private static List<Integer> rates(String property, String usual) {
        return Arrays.stream(System.getProperty(property, usual).split(",", -1))
                .filter(text -> !text.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}
