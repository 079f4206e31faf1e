package io.millrace.control.streams.origins;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreOutage;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several control planes on one store. */
class ReportExchangeTest {

    private static final OriginId A = id("a");
    private static final OriginId B = id("b");
    private static final StreamKey S = stream("s");

    private final MovableClock clock = new MovableClock();
    private final OriginsStandIn origins = new OriginsStandIn();
    private final StoreOutage outage = new StoreOutage();
    private final KeyedStore<StreamKey, Binding> bindings = store();
    private final KeyedStore<String, NoticeBatch> notices = store();
    private final KeyedStore<OriginId, ListHead> heads = store();
    private final KeyedStore<String, ListPart> parts = store();
    private final Replica one;
    private final Replica two;

    ReportExchangeTest() {
        origins.with("a", "b");
        one = new Replica("cp-1");
        two = new Replica("cp-2");
    }

    /** One control plane. */
    private final class Replica {
        private final EventLog events = new EventLog(clock, 10_000);
        private final StreamState state = StreamState.of(
                bindings,
                origins,
                new ConfigStandIn(),
                events,
                new RebuildWindow(clock, Duration.ZERO),
                StreamSettings.DEFAULT,
                clock,
                new Random(1));
        private final StreamAdmin admin = new StreamAdmin(state);
        private final OriginReports reports = new OriginReports(state, events, StreamSettings.DEFAULT, clock);
        private final ReportExchange exchange;

        Replica(String name) {
            exchange = new ReportExchange(notices, heads, parts, name, clock, reports);
            exchange.start();
        }

        boolean isLive(StreamKey stream) {
            return admin.get(stream).map(StreamView::live).orElse(false);
        }

        int publishers() {
            return state.originPublishers().size();
        }

        List<String> eventWords() {
            return events.after(0, event -> true, 10_000).stream()
                    .map(Event::kind)
                    .map(kind -> kind.word())
                    .toList();
        }
    }

    private <K extends Comparable<K>, V> KeyedStore<K, V> store() {
        return outage.of(new MemoryKeyedStore<K, V>(clock));
    }

    private void tick() {
        one.exchange.tick();
        two.exchange.tick();
    }

    @Test
    void everyControlPlaneKnowsAPublisherThatWasReportedToOne() {
        one.reports.published(S, A, "run1", "c1");
        assertThat(two.publishers()).isZero();
        tick();
        assertThat(two.isLive(S)).isTrue();
        assertThat(two.admin.get(S).orElseThrow().cause()).isEqualTo(Cause.DIRECT);
        assertThat(one.eventWords()).containsExactly("stream-bound");
        assertThat(two.eventWords()).isEmpty();
    }

    @Test
    void aPublisherIsReportedToOneAndItsEndToAnother() {
        one.reports.published(S, A, "run1", "c1");
        tick();
        clock.advance(Duration.ofSeconds(40));
        two.reports.unpublished(S, A, "c1");
        tick();
        assertThat(one.isLive(S)).isFalse();
        assertThat(two.isLive(S)).isFalse();
        clock.advance(Duration.ofSeconds(61));
        one.reports.keep();
        two.reports.keep();
        assertThat(one.state.bindings().size()).isZero();
    }

    @Test
    void noticeThatComesAfterALaterOneChangesNothing() {
        two.reports.published(S, A, "run1", "c1");
        clock.advance(Duration.ofSeconds(1));
        one.reports.unpublished(S, A, "c1");
        one.exchange.tick();
        two.exchange.tick();
        assertThat(one.isLive(S)).isFalse();
        assertThat(two.isLive(S)).isFalse();
    }

    @Test
    void publisherThatComesAgainUnderTheSameNameIsThere() {
        one.reports.published(S, A, "run1", "c1");
        tick();
        clock.advance(Duration.ofSeconds(1));
        two.reports.unpublished(S, A, "c1");
        tick();
        clock.advance(Duration.ofSeconds(1));
        one.reports.published(S, A, "run1", "c1");
        tick();
        assertThat(one.isLive(S)).isTrue();
        assertThat(two.isLive(S)).isTrue();
    }

    @Test
    void noticeOfAFormerRunOfAnOriginIsIgnored() {
        two.reports.published(stream("old"), A, "run1", "c1");
        clock.advance(Duration.ofSeconds(1));
        one.reports.published(S, A, "run2", "c2");
        tick();
        assertThat(one.publishers()).isEqualTo(1);
        assertThat(two.publishers()).isEqualTo(1);
        assertThat(two.isLive(S)).isTrue();
    }

    @Test
    void bindingLivesOnWithoutTheControlPlaneThatMadeIt() {
        one.reports.published(S, A, "run1", "c1");
        tick();
        for (int i = 0; i < 30; i++) {
            clock.advance(Duration.ofSeconds(11));
            two.reports.keep();
        }
        assertThat(two.isLive(S)).isTrue();
    }

    @Test
    void listOfOneIsKnownToAll() {
        one.reports.listed(A, Map.of(S, "c1", stream("t"), "c2"), true, clock.instant());
        two.exchange.tick();
        assertThat(two.isLive(S)).isTrue();
        assertThat(two.publishers()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(10));
        one.reports.listed(A, Map.of(stream("t"), "c2"), true, clock.instant());
        two.exchange.tick();
        assertThat(two.isLive(S)).isFalse();
        assertThat(two.publishers()).isEqualTo(1);
    }

    @Test
    void controlPlanesMayTakeTurnsInAsking() {
        one.reports.listed(A, streams(500), true, clock.instant());
        tick();
        clock.advance(Duration.ofSeconds(10));
        two.reports.listed(A, streams(500), true, clock.instant());
        tick();
        assertThat(two.exchange.lists().partsWritten()).as("nothing changed").isZero();
        clock.advance(Duration.ofSeconds(10));
        one.reports.listed(A, streams(499), true, clock.instant());
        tick();
        assertThat(two.publishers()).isEqualTo(499);
    }

    @Test
    void bigListCostsWhatChangedInIt() {
        Map<StreamKey, String> live = streams(20_000);
        one.reports.listed(A, live, true, clock.instant());
        long whole = one.exchange.lists().partsWritten();
        assertThat(whole).isEqualTo(512);
        assertThat(parts.list(null, 1_000))
                .allSatisfy(entry -> assertThat(entry.stored().value().live()).hasSizeBetween(1, 120));
        two.exchange.tick();
        assertThat(two.publishers()).isEqualTo(20_000);
        for (int i = 0; i < 60; i++) {
            clock.advance(Duration.ofSeconds(10));
            one.reports.listed(A, live, true, clock.instant());
            two.exchange.tick();
        }
        assertThat(one.exchange.lists().partsWritten())
                .as("it is touched, so it is still there")
                .isEqualTo(whole);
        assertThat(two.exchange.lists().received()).isEqualTo(61);
        live.remove(stream("s7"));
        clock.advance(Duration.ofSeconds(10));
        one.reports.listed(A, live, true, clock.instant());
        two.exchange.tick();
        assertThat(one.exchange.lists().partsWritten()).isEqualTo(whole + 1);
        assertThat(two.publishers()).isEqualTo(19_999);
    }

    @Test
    void partsThatComeAfterTheirHeadAreWaitedFor() {
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        var part = parts.list(null, 1).getFirst();
        parts.remove(part.key(), part.stored().version());
        two.exchange.tick();
        assertThat(two.publishers()).isZero();
        parts.compareAndSet(part.key(), 0, part.stored().value(), null);
        two.exchange.tick();
        assertThat(two.publishers()).isEqualTo(1);
    }

    @Test
    void headWhosePartsNeverComeIsGivenUp() {
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        var part = parts.list(null, 1).getFirst();
        parts.remove(part.key(), part.stored().version());
        for (int i = 0; i <= ListExchange.MAX_ASSEMBLIES; i++) {
            two.exchange.tick();
        }
        assertThat(two.exchange.lists().missed()).isEqualTo(1);
    }

    @Test
    void listOfAFormerRunOfAnOriginIsIgnored() {
        origins.change("a", origin -> origin.withIncarnation(new Incarnation("run1", "1")));
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        origins.change("a", origin -> origin.withIncarnation(new Incarnation("run2", "1")));
        two.exchange.tick();
        assertThat(two.publishers()).isZero();
    }

    @Test
    void controlPlaneThatStartsKnowsWhatWasReportedBefore() {
        one.reports.listed(A, Map.of(S, "c1", stream("t"), "c2"), true, clock.instant());
        clock.advance(Duration.ofSeconds(1));
        one.reports.published(stream("u"), B, "run1", "c3");
        one.reports.unpublished(stream("t"), A, "c2");
        tick();
        Replica three = new Replica("cp-3");
        assertThat(three.isLive(S)).isTrue();
        assertThat(three.isLive(stream("t"))).isFalse();
        assertThat(three.isLive(stream("u"))).isTrue();
    }

    @Test
    void burstOfNoticesIsWrittenInFewEntries() {
        for (int i = 0; i < 2_000; i++) {
            one.reports.published(stream("s" + i), A, "run1", "c" + i);
        }
        one.exchange.tick();
        assertThat(notices.size()).isEqualTo(2_000 / ReportExchange.LIMITS.maxBatch());
        assertThat(two.publishers()).isEqualTo(2_000);
        clock.advance(ReportExchange.LIMITS.timeToLive());
        assertThat(notices.size()).isZero();
    }

    @Test
    void whatIsReportedWhileTheStoreIsUnavailableIsSharedWithTheNextList() {
        outage.begin();
        one.reports.published(S, A, "run1", "c1");
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        tick();
        assertThat(one.publishers()).isEqualTo(1);
        assertThat(two.publishers()).isZero();
        assertThat(one.exchange.notices().dropped()).isEqualTo(1);
        outage.end();
        tick();
        assertThat(two.publishers()).as("what was dropped is not sent late").isZero();
        clock.advance(Duration.ofSeconds(10));
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        tick();
        assertThat(one.isLive(S)).isTrue();
        assertThat(two.isLive(S)).isTrue();
    }

    @Test
    void moreNoticesThanCanBeKeptAreDroppedAndCounted() {
        outage.begin();
        for (int i = 0; i < ReportExchange.LIMITS.maxQueued() + 5; i++) {
            one.reports.published(S, A, "run1", "c1");
        }
        assertThat(one.exchange.notices().dropped()).isEqualTo(5);
    }

    @Test
    void whatIsSharedIsReadAsItWasWritten() throws Exception {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        one.reports.published(S, A, "run1", "c1");
        one.reports.unpublished(S, A, "c1");
        one.reports.listed(A, Map.of(S, "c1"), true, clock.instant());
        tick();
        assertReadAsWritten(json, notices.list(null, 1).getFirst().stored().value());
        assertReadAsWritten(json, heads.list(null, 1).getFirst().stored().value());
        assertReadAsWritten(json, parts.list(null, 1).getFirst().stored().value());
    }

    private static void assertReadAsWritten(ObjectMapper json, Object value) throws JsonProcessingException {
        Object read = json.readValue(json.writeValueAsString(value), value.getClass());
        assertThat(read).isEqualTo(value);
    }

    private static Map<StreamKey, String> streams(int count) {
        Map<StreamKey, String> live = new HashMap<>();
        for (int i = 0; i < count; i++) {
            live.put(stream("s" + i), "client-" + i);
        }
        return live;
    }
}
