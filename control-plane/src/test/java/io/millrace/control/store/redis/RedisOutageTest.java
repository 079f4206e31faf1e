package io.millrace.control.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.store.KeyedStore.Change;
import io.millrace.control.store.KeyedStore.Outcome;
import io.millrace.control.store.StoreStatus;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What two control planes do while their server is away, ill or forgetful, and afterwards. Time is the server's own. */
class RedisOutageTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<AutoCloseable> open = new ArrayList<>();
    private RedisServer server;
    private Replica one;
    private Replica two;
    private RedisStore<String, String> here;
    private RedisStore<String, String> there;

    @BeforeEach
    void start() {
        server = keep(RedisServer.start());
        one = replica();
        two = replica();
        here = one.shared("things");
        there = two.shared("things");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T keep(T what) {
        open.add(what);
        return what;
    }

    private Replica replica() {
        return keep(
                Replica.start(RedisSettings.url("redis://127.0.0.1:" + server.port()), "millrace", Scripts.PRELUDE));
    }

    @Test
    void whileTheServerStandsStillAWriteFailsWithinASecondAndLaterOnesAtOnce() {
        Versioned<String> before = put(here, "a", "1");
        List<StoreStatus> told = Collections.synchronizedList(new ArrayList<>());
        one.engine.onStatus(told::add);
        server.stop();
        long began = System.nanoTime();
        assertThatThrownBy(() -> here.compareAndSet("a", before.version(), "2", null))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
        began = System.nanoTime();
        assertThatThrownBy(() -> here.compareAndSet("a", before.version(), "3", null))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(100));
        assertThat(here.find("a")).contains(before);
        assertThat(here.touch("a", LONG)).isTrue();
        assertThat(one.engine.status().writable()).isFalse();
        soon(() -> assertThat(told).hasSize(1));
        server.goOn();
        one.awaitWritable(true);
        two.awaitWritable(true);
        soon(() -> assertThat(told).hasSize(2));
        // What was asked while it stood still must not have happened afterwards.
        assertThat(here.ask("a")).contains(before);
        assertThat(written(here.compareAndSet("a", before.version(), "4", null)).value())
                .isEqualTo("4");
    }

    @Test
    void whatAllHadIsThereAgainAfterTheServerLostEverything() {
        Versioned<String> good = put(here, "for good", "1");
        Versioned<String> touched = written(there.compareAndSet("for a while", 0, "2", LONG));
        soon(() -> assertThat(here.size()).isEqualTo(2));
        soon(() -> assertThat(there.size()).isEqualTo(2));
        List<Change<String, String>> told = Collections.synchronizedList(new ArrayList<>());
        var _ = here.subscribe(told::add);
        server.kill();
        one.awaitWritable(false);
        two.awaitWritable(false);
        server.run();
        one.awaitWritable(true);
        two.awaitWritable(true);
        assertThat(here.ask("for good")).contains(good);
        assertThat(there.ask("for a while")).contains(touched);
        assertThat(server.cli("zcard", "millrace:{things}:deadlines")).isEqualTo("1");
        assertThat(told).isEmpty();
        assertThat(written(here.compareAndSet("for good", good.version(), "3", null))
                        .version())
                .isGreaterThan(good.version());
    }

    @Test
    void aServerThatIsEmptiedWhileItRunsIsFilledAgain() {
        Versioned<String> good = put(here, "a", "1");
        soon(() -> assertThat(there.size()).isEqualTo(1));
        server.cli("flushall");
        soon(() -> assertThat(server.cli("hlen", "millrace:{things}:entries")).isEqualTo("1"));
        assertThat(there.ask("a")).contains(good);
        assertThat(here.ask("a")).contains(good);
    }

    @Test
    void writesThatOnlyOneControlPlaneHeardOfSurviveTheServersLossOfThem() {
        Versioned<String> old = put(here, "old", "1");
        server.cli("save");
        Versioned<String> lost = put(here, "lost", "2");
        soon(() -> assertThat(there.size()).isEqualTo(2));
        assertThat(there.remove("old", old.version())).isTrue();
        soon(() -> assertThat(here.size()).isEqualTo(1));
        server.kill();
        one.awaitWritable(false);
        two.awaitWritable(false);
        server.run();
        one.awaitWritable(true);
        two.awaitWritable(true);
        assertThat(here.ask("lost")).contains(lost);
        assertThat(there.ask("lost")).contains(lost);
        assertThat(here.find("old")).isEqualTo(there.find("old"));
    }

    @Test
    void whatWasRemovedDoesNotComeBackWithSomebodyWhoMissedIt() {
        Versioned<String> first = put(here, "a", "1");
        soon(() -> assertThat(there.size()).isEqualTo(1));
        server.kill();
        one.awaitWritable(false);
        two.awaitWritable(false);
        two.close();
        open.remove(two);
        server.run();
        one.awaitWritable(true);
        assertThat(here.remove("a", first.version())).isTrue();
        // Somebody who still has the entry, and last heard of another history.
        assertThat(server.cli("zcard", "millrace:{things}:graves")).isEqualTo("1");
        Replica late = replica();
        RedisStore<String, String> lateStore = late.engine.open(
                "things", new Codec<>(Replica.JSON, String.class, String.class), new Remembered("a", first));
        assertThat(lateStore.find("a")).isEmpty();
        assertThat(here.ask("a")).isEmpty();
    }

    @Test
    void noticesThatWereMissedAreMadeUpFor() {
        Versioned<String> first = put(here, "removed", "1");
        soon(() -> assertThat(there.size()).isEqualTo(1));
        List<Change<String, String>> told = Collections.synchronizedList(new ArrayList<>());
        var _ = there.subscribe(told::add);
        for (int i = 0; i < 5; i++) {
            server.cli("client", "kill", "type", "pubsub");
            Versioned<String> next = put(here, "k" + i, "v");
            int round = i;
            soon(() -> assertThat(there.find("k" + round)).contains(next));
        }
        server.cli("client", "kill", "type", "pubsub");
        assertThat(here.remove("removed", first.version())).isTrue();
        soon(() -> assertThat(there.find("removed")).isEmpty());
        soon(() -> assertThat(told).contains(new Change<>("removed", null, false)));
        assertThat(told).doesNotHaveDuplicates();
        assertThat(two.engine.status().writable()).isTrue();
    }

    @Test
    void anErrorReplyIsAnOutageWithTheServersWordsAsReason() {
        Versioned<String> before = put(here, "a", "1");
        server.cli("config", "set", "maxmemory", "1");
        one.awaitWritable(false);
        assertThat(one.engine.status().why()).contains("OOM");
        assertThatThrownBy(() -> here.compareAndSet("a", before.version(), "2", null))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("OOM");
        server.cli("config", "set", "maxmemory", "0");
        one.awaitWritable(true);
        assertThat(written(here.compareAndSet("a", before.version(), "3", null)).value())
                .isEqualTo("3");
    }

    @Test
    void aServerThatCannotSaveIsAwayUntilItCan() {
        assertThat(server.folder()
                        .resolve("taken")
                        .resolve("by a folder")
                        .toFile()
                        .mkdirs())
                .isTrue();
        server.cli("config", "set", "save", "3600 1");
        server.cli("config", "set", "dbfilename", "taken");
        server.cli("bgsave");
        one.awaitWritable(false);
        assertThat(one.engine.status().why()).contains("MISCONF");
        server.cli("config", "set", "dbfilename", "dump.rdb");
        server.cli("bgsave");
        one.awaitWritable(true);
        put(here, "a", "1");
    }

    @Test
    void aServerThatBecameAReplicaIsAway() {
        server.cli("replicaof", "127.0.0.1", Integer.toString(RedisServer.freePort()));
        one.awaitWritable(false);
        assertThat(one.engine.status().why()).contains("READONLY");
        server.cli("replicaof", "no", "one");
        one.awaitWritable(true);
        put(here, "a", "1");
    }

    @Test
    void slowIsAwayToo() throws Exception {
        Versioned<String> before = put(here, "a", "1");
        Thread sleeper = Thread.ofVirtual().start(() -> server.cli("debug", "sleep", "2"));
        one.awaitWritable(false);
        assertThat(one.engine.status().why()).contains("does not answer");
        assertThat(here.find("a")).contains(before);
        one.awaitWritable(true);
        assertThat(here.ask("a")).contains(before);
        assertThat(sleeper.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void nothingExpiresForWantOfATouchWhileTheServerStandsStill() {
        Versioned<String> touched = written(here.compareAndSet("touched", 0, "1", Duration.ofSeconds(2)));
        Versioned<String> left = written(here.compareAndSet("left", 0, "2", Duration.ofSeconds(2)));
        soon(() -> assertThat(there.size()).isEqualTo(2));
        soon(() ->
                assertThat(server.cli("hget", "millrace:{things}:state", "ran")).isNotEmpty());
        server.stop();
        one.awaitWritable(false);
        two.awaitWritable(false);
        Awaitility.await("nothing ends for as long as either entry lives")
                .pollInSameThread()
                .during(Duration.ofSeconds(2))
                .until(() -> here.size() == 2 && there.size() == 2);
        assertThat(here.touch("touched", LONG)).isTrue();
        server.goOn();
        one.awaitWritable(true);
        two.awaitWritable(true);
        assertThat(there.ask("left")).contains(left);
        soon(() -> assertThat(there.find("left")).isEmpty());
        assertThat(here.ask("touched")).contains(touched);
    }

    @Test
    void startsWithoutAServerAndCatchesUpWhenItComes() {
        Versioned<String> before = put(here, "a", "1");
        server.stop();
        Replica late = replica();
        RedisStore<String, String> store = late.shared("things");
        assertThat(late.engine.status().writable()).isFalse();
        assertThat(store.find("a")).isEmpty();
        assertThatThrownBy(() -> store.compareAndSet("a", 0, "2", null)).isInstanceOf(StoreUnavailableException.class);
        server.goOn();
        late.awaitWritable(true);
        assertThat(store.find("a")).contains(before);
    }

    private static Versioned<String> put(RedisStore<String, String> store, String key, String value) {
        return written(store.compareAndSet(key, Versioned.ABSENT, value, null));
    }

    private static Versioned<String> written(Outcome<String> outcome) {
        assertThat(outcome.written()).isTrue();
        return Objects.requireNonNull(outcome.current());
    }

    private static void soon(ThrowingRunnable check) {
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(10))
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(check);
    }

    /** A file with one entry of a history that the store does not have any more. */
    private record Remembered(String key, Versioned<String> entry) implements FileCopy<String, String> {
        @Override
        public String load(Copy<String, String> copy) {
            copy.learnt(key, new Copy.Held<>(entry, 0), 0, copy.history());
            return "another history";
        }

        @Override
        public void follow(Copy<String, String> copy) {}

        @Override
        public void keep(Copy<String, String> copy, String history) {}

        @Override
        public void close() {}

        @Override
        public Duration tombstones() {
            return Duration.ofDays(1);
        }
    }
}
