package io.millrace.control.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.millrace.control.bans.BanList;
import io.millrace.control.time.Jobs;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.control.workers.quota.VhostTotal;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** How many bans there are, and what vhosts have that have limits. */
@ApplicationScoped
class AccessMetrics {

    /** Those with the most viewers; a row each in every figure. */
    private static final int MAX_VHOSTS = 100;

    void register(
            @Observes StartupEvent event, MeterRegistry metrics, BanList bans, WorkerDirectory workers, Jobs jobs) {
        Gauge.builder("millrace.bans", bans, all -> all.all().size())
                .description("Bans in force")
                .register(metrics);
        MultiGauge publishers = MultiGauge.builder("millrace.vhost.publishers")
                .description("Publishers of vhosts that have limits")
                .register(metrics);
        MultiGauge viewers = MultiGauge.builder("millrace.vhost.viewers")
                .description("Viewers of vhosts that have limits")
                .register(metrics);
        MultiGauge kbps = MultiGauge.builder("millrace.vhost.kbps")
                .description("Kilobits a second to viewers of vhosts that have limits")
                .register(metrics);
        jobs.every(Duration.ofSeconds(2), "figures of vhosts", () -> {
            List<VhostTotal> shown = workers.quotas().totals().stream()
                    .sorted(Comparator.comparingInt(VhostTotal::viewers)
                            .reversed()
                            .thenComparing(VhostTotal::vhost))
                    .limit(MAX_VHOSTS)
                    .toList();
            show(publishers, shown, VhostTotal::publishers);
            show(viewers, shown, VhostTotal::viewers);
            show(kbps, shown, VhostTotal::kbps);
        });
    }

    private static void show(MultiGauge gauge, List<VhostTotal> totals, ToIntFunction<VhostTotal> figure) {
        gauge.register(
                totals.stream()
                        .map(total -> Row.of(Tags.of("vhost", total.vhost()), figure.applyAsInt(total)))
                        .toList(),
                true);
    }
}
