package io.millrace.control.routing;

import static io.millrace.control.registry.OriginsStandIn.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.control.access.AccessKeys;
import io.millrace.control.access.StoredKey;
import io.millrace.control.bans.BanList;
import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.control.time.RealTime;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.OriginState;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.RoutingTableDelta;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.TableAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TablePublisherTest {

    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final OriginsStandIn origins = new OriginsStandIn();
    private final ConfigStandIn config = new ConfigStandIn();
    private final MovableClock clock = new MovableClock();
    private final BanList bans = new BanList(new MemoryKeyedStore<>(clock), clock, new Random(1));
    private final AccessKeys keys = new AccessKeys(new MemoryKeyedStore<>(clock), clock, new Random(1));
    private final EventLog events = new EventLog(clock, 100);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final KeyedStore<String, RoutingTable> store = new MemoryKeyedStore<>(clock);

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    private TablePublisher publisher(SteadyClock time, Duration window) {
        return new TablePublisher(
                store,
                () -> true,
                origins,
                config,
                bans,
                keys,
                new RebuildWindow(time, window),
                events,
                time,
                timer,
                "cp-test");
    }

    private TablePublisher afterWindow() {
        TablePublisher publisher = publisher(clock, WINDOW);
        clock.advance(WINDOW);
        return publisher;
    }

    @Test
    void tellsWorkersTheRulesOfAccessAndTheKeysThatTheyName() {
        List<AccessRule> rules = List.of(new AccessRule(
                "all", "*", "*", "*", new AccessCheck.Signed(List.of("later", "named")), new AccessCheck.None()));
        var _ = config.update(before -> before.withAccessRules(rules));
        var _ = keys.make("named", "s".repeat(32), "ann");
        var _ = keys.make("other", null, "ann");
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        assertThat(current(publisher).access())
                .isEqualTo(new StreamAccess(rules, List.of(new AccessKey("named", "s".repeat(32)))));

        publisher.start();
        var waiting = publisher.newerThan(current(publisher).version(), LONG).toCompletableFuture();
        StoredKey later = keys.make("later", null, "ann");
        assertThat(waiting).succeedsWithin(LONG);
        assertThat(current(publisher).access().keys())
                .containsExactly(new AccessKey("later", later.secret()), new AccessKey("named", "s".repeat(32)));
    }

    /** Of another control plane on the same store. */
    private TablePublisher another() {
        TablePublisher other = new TablePublisher(
                store,
                () -> false,
                origins,
                config,
                bans,
                keys,
                new RebuildWindow(clock, Duration.ZERO),
                events,
                clock,
                timer,
                "cp-other");
        other.start();
        return other;
    }

    @Test
    void controlPlanesOnOneStoreHandOutTheSameTablesUnderTheSameVersions() {
        origins.put(origin("a"));
        TablePublisher one = afterWindow();
        one.start();
        one.rebuild();
        RoutingTable first = current(one);
        TablePublisher other = another();
        assertThat(current(other)).isEqualTo(first);

        origins.put(origin("b"));
        var waiting = other.newerThan(first.version(), LONG).toCompletableFuture();
        one.rebuild();
        assertThat(waiting).isCompleted();
        assertThat(waiting.join().orElseThrow().delta()).isNotNull();
        assertThat(current(other)).isEqualTo(current(one));
        other.rebuild();
        assertThat(current(one).version()).isEqualTo(first.version().next());

        origins.put(origin("c"));
        other.rebuild();
        assertThat(current(one)).isEqualTo(current(other));
        assertThat(current(one).version()).isEqualTo(first.version().next().next());
        one.stop();
        other.stop();
    }

    @Test
    void whoeverComesLaterPublishesWhatIsThereBeforeItHasBuiltAnything() {
        origins.put(origin("a"));
        TablePublisher one = afterWindow();
        one.rebuild();
        assertThat(now(another(), current(one).version())).isEmpty();
    }

    private static Optional<TableAnswer> now(TablePublisher publisher, TableVersion have) {
        return publisher.newerThan(have, Duration.ZERO).toCompletableFuture().join();
    }

    private static RoutingTable current(TablePublisher publisher) {
        return publisher.current().orElseThrow();
    }

    @Test
    void publishesNothingBeforeTheRebuildWindowEnds() {
        origins.put(origin("a"));
        TablePublisher publisher = publisher(clock, WINDOW);
        publisher.rebuild();
        clock.advance(WINDOW.minusMillis(1));
        publisher.rebuild();
        assertThat(publisher.current()).isEmpty();
        assertThat(publisher.newerThan(null, Duration.ZERO).toCompletableFuture())
                .isCompletedWithValue(Optional.empty());
        clock.advance(Duration.ofMillis(1));
        publisher.rebuild();
        assertThat(current(publisher).version()).isEqualTo(new TableVersion("cp-test", 1));
    }

    @Test
    void publishesAnEmptyTableSoThatWorkersKnowThereIsNothing() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        assertThat(current(publisher).origins()).isEmpty();
    }

    @Test
    void givesTheWholeTableToAWorkerWithoutOne() {
        origins.put(origin("b"), origin("a"));
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        TableAnswer answer = publisher
                .newerThan(null, Duration.ZERO)
                .toCompletableFuture()
                .join()
                .orElseThrow();
        assertThat(answer.delta()).isNull();
        assertThat(answer.whole()).isEqualTo(current(publisher));
    }

    @Test
    void givesADeltaThatLeadsFromAKnownVersionToTheNewest() {
        origins.put(origin("a"), origin("b"));
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        RoutingTable first = current(publisher);
        origins.put(origin("a", OriginState.SUSPECT, 100), origin("c"));
        origins.remove("b");
        publisher.rebuild();
        RoutingTableDelta delta = now(publisher, first.version()).orElseThrow().delta();
        assertThat(delta).isNotNull();
        assertThat(delta.applyTo(first)).isEqualTo(current(publisher));
        assertThat(current(publisher).version().sequence()).isEqualTo(2);
    }

    @Test
    void hasNothingForAWorkerWithTheNewestTable() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        assertThat(now(publisher, current(publisher).version())).isEmpty();
    }

    @Test
    void keepsTheSequenceWhenNothingChanged() {
        origins.put(origin("a"));
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        origins.put(origin("a"));
        publisher.rebuild();
        assertThat(current(publisher).version().sequence()).isEqualTo(1);
    }

    @Test
    void givesTheWholeTableForAForgottenOrForeignVersion() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        TableVersion first = current(publisher).version();
        for (int i = 0; i < TablePublisher.KEPT_VERSIONS; i++) {
            origins.put(origin("o" + i));
            publisher.rebuild();
        }
        assertThat(now(publisher, first).orElseThrow().whole()).isNotNull();
        assertThat(now(publisher, first.next()).orElseThrow().delta()).isNotNull();
        assertThat(now(publisher, new TableVersion("cp-other", 2)).orElseThrow().whole())
                .isNotNull();
        assertThat(now(publisher, new TableVersion("cp-test", 9_999))
                        .orElseThrow()
                        .whole())
                .isNotNull();
    }

    @Test
    void neverPublishesAnInconsistentTableAndSaysSoOnce() {
        origins.put(origin("a"));
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        RoutingTable good = current(publisher);
        origins.put(origin("bad", OriginState.UP, -1));
        publisher.rebuild();
        publisher.rebuild();
        assertThat(current(publisher)).isEqualTo(good);
        assertThat(now(publisher, good.version())).isEmpty();
        assertThat(publisher.rejections()).isEqualTo(1);
        assertThat(publisher.rejection().orElseThrow().inconsistencies()).containsExactly("origin bad has weight -1");
        assertThat(events.after(0, event -> event.kind() == EventKind.TABLE_REJECTED, 10))
                .singleElement()
                .extracting(Event::message)
                .asString()
                .contains("weight -1");
        origins.remove("bad");
        publisher.rebuild();
        assertThat(publisher.rejection()).isEmpty();
        assertThat(current(publisher)).isEqualTo(good);
    }

    @Test
    void tellsHowFarAWorkerIsBehind() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        TableVersion first = current(publisher).version();
        clock.advance(Duration.ofSeconds(1));
        origins.put(origin("a"));
        publisher.rebuild();
        clock.advance(Duration.ofSeconds(1));
        origins.put(origin("b"));
        publisher.rebuild();
        clock.advance(Duration.ofSeconds(1));
        assertThat(publisher.lag(first)).isEqualTo(new TableLag(2L, 2_000));
        assertThat(publisher.lag(first.next())).isEqualTo(new TableLag(1L, 1_000));
        assertThat(publisher.lag(current(publisher).version())).isEqualTo(TableLag.NONE);
        assertThat(publisher.lag(new TableVersion("cp-other", 7)).versions()).isNull();
        assertThat(publisher.lag(null).millis()).isEqualTo(3_000);
    }

    @Test
    void givesUpWaitingWithNothingNewAndForgetsTheWaiter() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        var answer = publisher
                .newerThan(current(publisher).version(), Duration.ofMillis(50))
                .toCompletableFuture();
        assertThat(publisher.waiting()).isEqualTo(1);
        assertThat(answer.orTimeout(5, TimeUnit.SECONDS).join()).isEmpty();
        assertThat(publisher.waiting()).isZero();
    }

    @Test
    void wakesWaitingWorkersWithin100MillisOfAnOriginGoingDown() {
        origins.put(origin("a"), origin("b"));
        TablePublisher publisher = publisher(RealTime.clock(), Duration.ZERO);
        publisher.start();
        await().atMost(Duration.ofSeconds(5)).until(() -> publisher.current().isPresent());
        TableVersion have = current(publisher).version();
        List<Long> tookMillis = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            var answer = publisher.newerThan(have, LONG).toCompletableFuture();
            OriginState next = round % 2 == 0 ? OriginState.DOWN : OriginState.SUSPECT;
            long begin = System.nanoTime();
            origins.put(origin("a", next, 100));
            RoutingTableDelta delta =
                    answer.orTimeout(5, TimeUnit.SECONDS).join().orElseThrow().delta();
            tookMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            assertThat(delta).isNotNull();
            assertThat(delta.changed())
                    .singleElement()
                    .satisfies(origin -> assertThat(origin.state()).isEqualTo(next));
            have = delta.to();
        }
        // The median, so that one stall of a busy machine does not decide.
        assertThat(tookMillis.stream().sorted().toList().get(2)).isLessThan(100);
    }

    @Test
    void coalescesAGroupOfChanges() {
        TablePublisher publisher = publisher(RealTime.clock(), Duration.ZERO);
        publisher.start();
        await().atMost(Duration.ofSeconds(5)).until(() -> publisher.current().isPresent());
        for (int i = 0; i < 1_000; i++) {
            origins.put(origin("o" + i));
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> current(publisher).origins().size() == 1_000);
        assertThat(current(publisher).version().sequence()).isLessThan(100);
    }

    @Test
    void publishesByItselfWhenTheRebuildWindowEnds() {
        TablePublisher publisher = publisher(RealTime.clock(), Duration.ofMillis(200));
        publisher.start();
        var answer = publisher.newerThan(null, LONG).toCompletableFuture();
        assertThat(publisher.current()).isEmpty();
        assertThat(answer.orTimeout(5, TimeUnit.SECONDS).join()).isPresent();
    }

    @Test
    void answersHundredsOfWaitersWithoutAThreadForEach() {
        TablePublisher publisher = afterWindow();
        publisher.rebuild();
        TableVersion have = current(publisher).version();
        List<CompletableFuture<Optional<TableAnswer>>> answers = new ArrayList<>();
        int threadsBefore = Thread.activeCount();
        for (int i = 0; i < 1_000; i++) {
            answers.add(publisher.newerThan(have, LONG).toCompletableFuture());
        }
        assertThat(Thread.activeCount() - threadsBefore).isLessThanOrEqualTo(1);
        origins.put(origin("a"));
        publisher.rebuild();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(publisher.waiting()).isZero();
        assertThat(timer.getQueue()).hasSizeLessThanOrEqualTo(1_000);
    }
}
