package io.millrace.model;

/**
 * What the control plane sets for all workers.
 *
 * @param reportMillis how often a worker reports
 * @param bindingFreshMillis how long a worker may use a resolved binding without asking again
 */
public record ClusterSettings(int reportMillis, int bindingFreshMillis) {

    public static final ClusterSettings DEFAULT = new ClusterSettings(2_000, 1_000);

    public ClusterSettings {
        if (reportMillis < 100 || reportMillis > 60_000) {
            throw new IllegalArgumentException("reportMillis is " + reportMillis + "; allowed are 100 to 60000");
        }
        if (bindingFreshMillis < 0 || bindingFreshMillis > 60_000) {
            throw new IllegalArgumentException(
                    "bindingFreshMillis is " + bindingFreshMillis + "; allowed are 0 to 60000");
        }
    }
}
