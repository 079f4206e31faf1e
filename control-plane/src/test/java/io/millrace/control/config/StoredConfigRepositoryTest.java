package io.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.InvalidFieldException;
import io.millrace.control.MovableClock;
import io.millrace.control.store.memory.FileKeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.PlacementRule;
import io.millrace.model.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredConfigRepositoryTest {

    private final MovableClock clock = new MovableClock();
    private final StoredConfigRepository repository = new StoredConfigRepository(new MemoryKeyedStore<>(clock));

    @Test
    void beginsEmpty() {
        assertThat(repository.current()).isEqualTo(ClusterConfig.EMPTY);
        assertThat(repository.versioned().version()).isZero();
    }

    @Test
    void losesNoChangeOfManyThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20; i++) {
                    String vhost = number + "-" + i;
                    var _ = repository.update(config -> {
                        List<String> vhosts = new ArrayList<>(config.vhosts());
                        vhosts.add(vhost);
                        return config.withVhosts(vhosts);
                    });
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(repository.current().vhosts()).hasSize(160).doesNotHaveDuplicates();
    }

    @Test
    void tellsOfChangesOnlyAndARefusalChangesNothing() {
        AtomicInteger told = new AtomicInteger();
        repository.onChange(told::incrementAndGet);
        repository.update(config -> config.withVhosts(List.of("a")));
        repository.update(config -> config.withVhosts(List.of("a")));
        assertThatThrownBy(() -> repository.update(config -> {
                    throw new InvalidFieldException("vhosts", "no");
                }))
                .isInstanceOf(InvalidFieldException.class);
        assertThat(told).hasValue(1);
        assertThat(repository.current().vhosts()).containsExactly("a");
    }

    @Test
    void keepsEverythingOverARestart(@TempDir Path folder) {
        OriginId id = OriginId.of("n", "10.0.0.1", 1935);
        ClusterConfig config = ClusterConfig.EMPTY
                .withStaticOrigins(List.of(new StaticOrigin(
                        id,
                        "n",
                        "10.0.0.1",
                        OriginKind.NGINX_RTMP,
                        Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, "fd00::1", 1935))),
                        "a",
                        Map.of("disk", "fast"),
                        7)))
                .withOverrides(Map.of(id, new OriginOverride(Admission.DRAINING, null, Map.of())))
                .withRules(List.of(PlacementRule.DEFAULT))
                .withVhosts(List.of("x.example"));
        try (var store = open(folder)) {
            var _ = new StoredConfigRepository(store).update(before -> config);
        }
        try (var store = open(folder)) {
            assertThat(new StoredConfigRepository(store).current()).isEqualTo(config);
        }
    }

    private FileKeyedStore<String, ClusterConfig> open(Path folder) {
        ObjectMapper json = new ObjectMapper().registerModules(new JavaTimeModule(), new Jdk8Module());
        return new FileKeyedStore<>(clock, folder.resolve("config.json"), json, String.class, ClusterConfig.class);
    }
}
