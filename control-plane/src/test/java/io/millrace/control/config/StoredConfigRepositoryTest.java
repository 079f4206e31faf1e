package io.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.placement.RuleWarnings;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreOutage;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.memory.FileKeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredConfigRepositoryTest {

    private final MovableClock clock = new MovableClock();
    private final StoredConfigRepository repository =
            new StoredConfigRepository(new MemoryKeyedStore<>(clock), new MemoryKeyedStore<>(clock), clock);

    @Test
    void beginsEmpty() {
        assertThat(repository.current()).isEqualTo(ClusterConfig.EMPTY);
        assertThat(repository.versioned().version()).isZero();
    }

    @Test
    void loadsAStoredRuleThatHasNoEffectWithAWarning() {
        var store = new MemoryKeyedStore<String, StoredConfig>(clock);
        PlacementRule stored =
                new PlacementRule("gold", "*", "*", "*", Policy.LEAST_LOAD, "", Map.of(), 2, Delivery.EDGE);
        new StoredConfigRepository(store, new MemoryKeyedStore<>(clock), clock)
                .update(config -> config.withRules(List.of(PlacementRule.DEFAULT, stored)));

        ClusterConfig loaded = new StoredConfigRepository(store, new MemoryKeyedStore<>(clock), clock).current();

        assertThat(loaded.rules()).containsExactly(PlacementRule.DEFAULT, stored);
        assertThat(ConfigBeans.warnings(loaded))
                .containsExactly(
                        "stored value of a rule has no effect rule=gold field=standbys"
                                + " why=\"is 2, which has no effect in this version; allowed is 0\"",
                        "stored value of a rule has no effect rule=gold field=delivery"
                                + " why=\"is 'edge', which has no effect in this version; allowed is relay\"");
        assertThat(RuleWarnings.of(loaded.rules(), List.of()))
                .contains("rules[1] (gold).delivery is 'edge', which has no effect in this version; allowed is relay");
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
                .withVhosts(List.of("x.example"))
                .withAccessRules(List.of(new AccessRule(
                        "gold",
                        "*",
                        "live",
                        "*",
                        new AccessCheck.Signed(List.of("k")),
                        new AccessCheck.Callback(URI.create("http://10.0.0.8/check"), 500, 7, true))));
        try (var store = open(folder)) {
            var _ = repository(store).update(before -> config);
        }
        try (var store = open(folder)) {
            assertThat(repository(store).current()).isEqualTo(config);
        }
    }

    @Test
    void readsWhatWasKeptBeforeChangesWereSigned(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("config.json"), """
                {"format":1,"lastVersion":7,"entries":[{"key":"cluster","version":7,"expiresAt":null,"value":{
                  "staticOrigins":[],"overrides":{},"rules":[],"vhosts":["old.example"],
                  "settings":{"reportMillis":2000,"bindingFreshMillis":1000}}}]}""");
        try (var store = open(folder)) {
            StoredConfigRepository kept = repository(store);
            assertThat(kept.current().vhosts()).containsExactly("old.example");
            assertThat(kept.current().accessRules()).isEmpty();
            ConfigRevision revision = kept.revision(7).orElseThrow();
            assertThat(revision.at()).isNull();
            assertThat(revision.actor()).isEmpty();
        }
    }

    @Test
    void keepsWhatAChangeReplacesWithWhoDidItAndWhen() {
        repository.update("anna", "", config -> config.withVhosts(List.of("a")));
        clock.advance(Duration.ofMinutes(5));
        repository.update("bert", "import", config -> config.withVhosts(List.of("b")));
        assertThat(repository.revisions())
                .extracting(ConfigRevision::version, ConfigRevision::actor, ConfigRevision::summary)
                .containsExactly(tuple(2L, "bert", "import: vhosts +b -a"), tuple(1L, "anna", "vhosts +a"));
        ConfigRevision first = repository.revision(1).orElseThrow();
        assertThat(first.config().vhosts()).containsExactly("a");
        assertThat(first.at()).isEqualTo(clock.instant().minus(Duration.ofMinutes(5)));
        assertThat(repository.revision(3)).isEmpty();
        assertThat(repository.revision(0)).isEmpty();
        assertThat(repository.revision(-1)).isEmpty();
    }

    @Test
    void aChangeThatChangesNothingMakesNoVersion() {
        assertThat(repository
                        .update("anna", "", config -> config.withVhosts(List.of()))
                        .written())
                .isFalse();
        assertThat(repository.revisions()).isEmpty();
        repository.update("anna", "", config -> config.withVhosts(List.of("a")));
        assertThat(repository
                        .update("bert", "", config -> config.withVhosts(List.of("a")))
                        .written())
                .isFalse();
        assertThat(repository.revisions()).extracting(ConfigRevision::actor).containsExactly("anna");
    }

    @Test
    void keepsTheNewestVersionsOnly() {
        for (int i = 1; i <= 70; i++) {
            List<String> vhosts = List.of("v" + i);
            repository.update(config -> config.withVhosts(vhosts));
        }
        assertThat(repository.revisions()).hasSize(ConfigHistory.KEPT + 1);
        assertThat(repository.revisions().getFirst().config().vhosts()).containsExactly("v70");
        assertThat(repository.revisions().getLast().config().vhosts()).containsExactly("v20");
        assertThat(repository.revision(19)).isEmpty();
    }

    @Test
    void controlPlanesThatWriteAtOnceLoseNoVersionAndKeepNoneTwice() throws Exception {
        var documents = new MemoryKeyedStore<String, StoredConfig>(clock);
        var versions = new MemoryKeyedStore<String, ConfigRevision>(clock);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            StoredConfigRepository replica = new StoredConfigRepository(documents, versions, clock);
            String actor = "replica " + t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 12; i++) {
                    String vhost = actor.charAt(actor.length() - 1) + "-" + i;
                    var _ = replica.update(actor, "", config -> {
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
        List<ConfigRevision> oldestFirst = new StoredConfigRepository(documents, versions, clock)
                .revisions()
                .reversed();
        assertThat(oldestFirst).hasSize(48);
        for (int i = 0; i < oldestFirst.size(); i++) {
            assertThat(oldestFirst.get(i).version()).isEqualTo(i + 1L);
            assertThat(oldestFirst.get(i).config().vhosts()).hasSize(i + 1);
        }
    }

    @Test
    void writesNothingWhileTheStoreIsAwayAndReadsOn() {
        StoreOutage outage = new StoreOutage();
        StoredConfigRepository cutOff = new StoredConfigRepository(
                outage.of(new MemoryKeyedStore<String, StoredConfig>(clock)),
                outage.of(new MemoryKeyedStore<String, ConfigRevision>(clock)),
                clock);
        cutOff.update(config -> config.withVhosts(List.of("a")));
        outage.begin();
        assertThatThrownBy(() -> cutOff.update(config -> config.withVhosts(List.of("b"))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(cutOff.current().vhosts()).containsExactly("a");
        assertThat(cutOff.revisions()).hasSize(1);
        outage.end();
        cutOff.update(config -> config.withVhosts(List.of("b")));
        assertThat(cutOff.revisions()).hasSize(2);
    }

    private StoredConfigRepository repository(KeyedStore<String, StoredConfig> documents) {
        return new StoredConfigRepository(documents, new MemoryKeyedStore<>(clock), clock);
    }

    private FileKeyedStore<String, StoredConfig> open(Path folder) {
        ObjectMapper json = new ObjectMapper().registerModules(new JavaTimeModule(), new Jdk8Module());
        return new FileKeyedStore<>(clock, folder.resolve("config.json"), json, String.class, StoredConfig.class);
    }
}
