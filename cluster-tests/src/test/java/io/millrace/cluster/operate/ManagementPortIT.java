package io.millrace.cluster.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.fixture.Cluster;
import io.millrace.cluster.plane.Worker;
import io.millrace.cluster.process.Http;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health is for all, metrics for those who are let in. */
class ManagementPortIT {

    private static final Map<String, String> CLOSED =
            Map.of("MILLRACE_METRICS_NETWORKS", "none", "MILLRACE_METRICS_TOKEN", "exporters-secret");

    @TempDir
    private Path folder;

    @Test
    void metricsOfBothPlanesNeedTheToken() throws IOException {
        try (Cluster cluster = new Cluster(folder, CLOSED)) {
            Worker worker = cluster.worker("worker-1", CLOSED);
            for (Http management : List.of(cluster.controlPlane().management(), worker.management())) {
                assertThat(management.get("/q/health/live").status()).isEqualTo(200);
                assertThat(management.get("/q/metrics").status()).isEqualTo(401);
                assertThat(management
                                .with("Authorization", "Bearer other")
                                .get("/q/metrics")
                                .status())
                        .isEqualTo(401);
                assertThat(management
                                .with("Authorization", "Bearer exporters-secret")
                                .get("/q/metrics")
                                .text())
                        .contains("jvm_memory_used_bytes");
            }
            String exporter = cluster.controlPlane()
                    .api()
                    .send("POST", "/api/v1/tokens", "{\"name\":\"prometheus\",\"role\":\"exporter\"}")
                    .json()
                    .path("secret")
                    .asText();
            assertThat(cluster.controlPlane()
                            .management()
                            .with("Authorization", "Bearer " + exporter)
                            .get("/q/metrics")
                            .status())
                    .isEqualTo(200);
        }
    }
}
