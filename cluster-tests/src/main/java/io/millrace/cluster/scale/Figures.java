package io.millrace.cluster.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run has found: each figure is printed as soon as it is known, and all are appended to a file at the end. */
final class Figures {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double ROUNDING = 1_000;
    private static final long PHASE_NANOS = 100_000_000;

    private final Map<String, Object> all = new LinkedHashMap<>();
    private final StolenTime stolenTime = new StolenTime();
    private double stolen;
    private long last;

    Figures(ScaleSettings settings) {
        FleetSize size = settings.size();
        all.put("size", size.name());
        all.put("store", settings.store().word());
        all.put("planes", settings.store().planes());
        all.put("origins", size.origins());
        all.put("streams", size.streams());
        all.put("workers", size.workers());
        System.out.printf(
                Locale.ROOT,
                "size %s: %d origins, %d streams, %d workers; store %s, control planes %d%n",
                size.name(),
                size.origins(),
                size.streams(),
                size.workers(),
                settings.store().word(),
                settings.store().planes());
    }

    /** @param unit as people read it, like {@code ms} */
    void add(String name, double value, String unit) {
        double rounded = Math.round(value * ROUNDING) / ROUNDING;
        all.put(name, rounded);
        // Figures of one phase come together.
        if (System.nanoTime() - last > PHASE_NANOS) {
            stolen = stolenTime.percent();
        }
        last = System.nanoTime();
        all.put(name + " stolen", Math.round(stolen));
        System.out.printf(
                Locale.ROOT,
                "  %-44s %14.3f %-10s load %.1f stolen %.0f %%%n",
                name,
                rounded,
                unit,
                PlaneMeter.loadAverage(),
                stolen);
    }

    void save() throws IOException {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        Path target = Files.createDirectories(root.resolve("cluster-tests/target"));
        Files.writeString(
                target.resolve("scale-bench.jsonl"),
                JSON.writeValueAsString(all) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
