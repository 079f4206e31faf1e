package io.millrace.control.srs.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.srs.origin.FakeSrs;
import io.millrace.control.srs.origin.FakeSrs.Mode;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.control.streams.origins.OriginReports;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Binding;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.settings.OriginCredentials;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OriginPollTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration OVER_INTERVAL = Duration.ofSeconds(12);
    private static final StreamKey CAM = StreamKey.parse("__defaultVhost__/live/cam");

    private final MovableClock clock = new MovableClock();
    private final EventLog events = new EventLog(clock, 1_000);
    private final OriginsStandIn origins = new OriginsStandIn();
    private final StreamState state = StreamState.of(
            new MemoryKeyedStore<>(clock),
            origins,
            new ConfigStandIn(),
            events,
            new RebuildWindow(clock, Duration.ZERO),
            StreamSettings.DEFAULT,
            clock,
            new Random(1));
    private final StreamAdmin streams = new StreamAdmin(state);
    private final OriginReports reports = new OriginReports(state, events, StreamSettings.DEFAULT, clock);
    private final OriginApi api =
            new OriginApi(Duration.ofSeconds(1), OriginCredentials.NONE, new ByteBudget(100_000_000));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final OriginPoll poll = new OriginPoll(
            origins, new OriginLists(api), reports, INTERVAL, Duration.ofMillis(500), clock, new Random(1), threads);
    private final FakeSrs a = new FakeSrs("a").withCaptured("");

    @AfterEach
    void close() {
        a.close();
        api.close();
        threads.shutdownNow();
    }

    private void tickUntilPolled(long polls) {
        poll.tick();
        await().atMost(Duration.ofSeconds(10)).until(() -> poll.done() + poll.failed() >= polls);
        // Done is counted a moment before the origin may be asked again.
        await().atMost(Duration.ofSeconds(10)).until(poll::isIdle);
    }

    private Optional<StreamView> cam() {
        return streams.get(CAM);
    }

    @Test
    void bindsWhatARealSrsListsAndReleasesItWhenItIsListedAsInactive() {
        origins.put(a.origin());
        tickUntilPolled(1);
        assertThat(cam().orElseThrow().live()).isTrue();
        assertThat(cam().orElseThrow().cause()).isEqualTo(Binding.Cause.DIRECT);
        a.withCaptured("-after");
        clock.advance(OVER_INTERVAL);
        tickUntilPolled(2);
        assertThat(cam().orElseThrow().live()).isFalse();
    }

    @Test
    void readsTheVhostOfAStream() {
        a.withCaptured("-2");
        origins.put(a.origin());
        tickUntilPolled(1);
        assertThat(streams.get(StreamKey.parse("other.example/live/two"))
                        .orElseThrow()
                        .origin())
                .isEqualTo(new OriginId("a"));
    }

    @Test
    void readsStreamsThatAViewerOverHttpNamed() {
        a.answer(
                "/api/v1/streams/",
                "{\"code\":0,\"streams\":[{\"id\":\"1\",\"name\":\"cam.flv\",\"app\":\"live\",\"url\":\"/live/cam\","
                        + "\"publish\":{\"active\":true,\"cid\":\"c\"}},{\"id\":\"2\",\"name\":\"\",\"app\":\"\",\"url\":\"/\","
                        + "\"publish\":{\"active\":true}}]}");
        origins.put(a.origin());
        tickUntilPolled(1);
        assertThat(cam()).isPresent();
        assertThat(state.bindings().size()).isEqualTo(1);
    }

    @Test
    void asksEveryIntervalAndNotInBetween() {
        origins.put(a.origin());
        tickUntilPolled(1);
        clock.advance(Duration.ofSeconds(5));
        poll.tick();
        assertThat(a.requests).hasSize(1);
        clock.advance(Duration.ofSeconds(7));
        tickUntilPolled(2);
        assertThat(a.requests).hasSize(2);
    }

    @Test
    void asksAtOnceAfterARestartOfTheOriginAndWhenItIsBack() {
        origins.put(a.origin());
        tickUntilPolled(1);
        origins.put(a.origin().withIncarnation(new Incarnation("other", "2")));
        tickUntilPolled(2);
        origins.put(a.origin().withState(OriginState.DOWN));
        poll.tick();
        assertThat(a.requests).hasSize(2);
        origins.put(a.origin());
        tickUntilPolled(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"HANGS", "STALLS", "FLOODS", "REFUSES"})
    void originThatFailsReleasesNothingAndIsAskedAgain(Mode mode) {
        origins.put(a.origin());
        tickUntilPolled(1);
        a.mode(mode);
        clock.advance(OVER_INTERVAL);
        tickUntilPolled(2);
        assertThat(poll.failed()).isEqualTo(1);
        assertThat(cam().orElseThrow().live()).isTrue();
        a.mode(Mode.ANSWERS);
        clock.advance(OVER_INTERVAL);
        tickUntilPolled(3);
        assertThat(poll.done()).isEqualTo(2);
    }

    @Test
    void originThatHangsHoldsUpNobodyElse() {
        try (FakeSrs b = new FakeSrs("b").withCaptured("-2")) {
            a.mode(Mode.HANGS);
            origins.put(a.origin(), b.origin());
            poll.tick();
            await().atMost(Duration.ofSeconds(10)).until(() -> poll.done() == 1);
            assertThat(streams.get(StreamKey.parse("other.example/live/two"))).isPresent();
        }
    }

    @Test
    void originsWithoutAnApiAreLeftAlone() {
        origins.with("nginx");
        poll.tick();
        assertThat(poll.isIdle()).isTrue();
    }
}
