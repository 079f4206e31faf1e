package io.millrace.cluster.scale;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** What is typical of several runs. */
final class Medians {

    private Medians() {}

    static <T> double of(Collection<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
