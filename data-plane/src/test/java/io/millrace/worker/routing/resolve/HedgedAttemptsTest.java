package io.millrace.worker.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.routing.FakeTimers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A second origin beside one that says nothing. */
class HedgedAttemptsTest {

    private static final Dials.Wanted WANTED =
            new Dials.Wanted(StreamKey.parse("v/live/cam"), Intent.PUBLISH, Protocol.RTMP, "s-1", () -> true);
    private static final Duration AFTER = Duration.ofMillis(500);

    private final TestClock clock = new TestClock();
    private final FakeTimers timers = new FakeTimers(clock);
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final Map<Integer, Resolution.Route> routes = new HashMap<>();
    private final AtomicInteger hedged = new AtomicInteger();
    private final TestRouter router = new TestRouter(1, 2, 3, 4);
    private final OriginAttempts attempts = new OriginAttempts(
            router,
            WANTED,
            loop::add,
            new OriginAttempts.Steps() {
                @Override
                public void dial(Resolution.Route route) {
                    routes.put(route.endpoint().port(), route);
                    heard.add("dial " + route.endpoint().port());
                }

                @Override
                public void goOn(Resolution.Route route) {
                    heard.add("go on " + route.endpoint().port() + " epoch " + route.epoch());
                }

                @Override
                public void abandon(Resolution.Route route) {
                    heard.add("abandon " + route.endpoint().port());
                }

                @Override
                public void foundNone(CloseReason reason, String detail) {
                    heard.add("none " + reason.metricTag());
                }

                @Override
                public void broken(Throwable defect) {
                    heard.add("broken " + defect.getMessage());
                }
            },
            new Dials.Hedging(AFTER, timers, clock, protocol -> hedged.incrementAndGet()));

    private static Resolution.Route route(int port, long epoch) {
        Origin origin = TestRouter.origin(port);
        return new Resolution.Route(
                origin,
                origin.endpoint(io.millrace.model.Listener.HTTP).orElseThrow(),
                epoch,
                Resolution.Source.CONTROL_PLANE);
    }

    private Resolution.Route dialled(int port) {
        return Objects.requireNonNull(routes.get(port));
    }

    private void run() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private void pass(Duration time) {
        timers.advance(time);
        run();
    }

    private void answers(int port) {
        attempts.answered(dialled(port));
        run();
    }

    private void fails(int port) {
        attempts.failed(
                dialled(port), OriginObservation.of(dialled(port).origin(), Failure.RESET, "gone", clock.instant()));
        run();
    }

    private void decides(int port, long epoch) {
        router.deciding.complete(route(port, epoch));
        run();
    }

    private void dialTwo() {
        router.beside = Optional.of(new Router.Beside(route(2, 7), false));
        attempts.start();
        run();
        pass(AFTER);
        assertThat(heard).containsExactly("dial 1", "dial 2");
        assertThat(hedged).hasValue(1);
        heard.clear();
    }

    @Test
    void asksNobodyWhenTheOriginAnswersSoon() {
        attempts.start();
        run();
        pass(AFTER.minusMillis(1));
        answers(1);
        pass(Duration.ofMinutes(1));
        assertThat(heard).containsExactly("dial 1", "go on 1 epoch 7");
        assertThat(router.besideAsked).hasValue(0);
        assertThat(router.claims).isEmpty();
        assertThat(timers.size()).isZero();
    }

    @Test
    void theFirstToAnswerIsClaimedBeforeItIsAskedForAnything() {
        dialTwo();
        answers(2);
        assertThat(heard).isEmpty();
        assertThat(router.claims).containsExactly(2);
        assertThat(router.claimedEpochs).containsExactly(7L);
        decides(2, 8);
        assertThat(heard).containsExactly("abandon 1", "go on 2 epoch 8");
        answers(1);
        assertThat(heard).as("nothing is asked of the other").hasSize(2);
        assertThat(router.failed)
                .as("the slow one is reported")
                .extracting(OriginObservation::origin)
                .containsExactly(route(1, 7).origin().id());
    }

    @Test
    void theSlowOneMayStillBeFirst() {
        dialTwo();
        answers(1);
        decides(1, 8);
        assertThat(heard).containsExactly("abandon 2", "go on 1 epoch 8");
        assertThat(router.failed).isEmpty();
    }

    @Test
    void goesWhereAnotherWorkersClaimWasGranted() {
        dialTwo();
        answers(2);
        decides(1, 9);
        assertThat(heard).containsExactly("abandon 2");
        answers(1);
        assertThat(heard).containsExactly("abandon 2", "go on 1 epoch 9");
        assertThat(router.claims).hasSize(1);
    }

    @Test
    void goesOnAtOnceWithTheOtherWhenBothHaveAnswered() {
        dialTwo();
        answers(2);
        answers(1);
        assertThat(router.claims).as("one claim at a time").hasSize(1);
        decides(1, 9);
        assertThat(heard).containsExactly("abandon 2", "go on 1 epoch 9");
    }

    @Test
    void goesToAThirdOriginWhenTheStreamWasGivenToThat() {
        dialTwo();
        answers(2);
        decides(3, 9);
        assertThat(heard).containsExactly("abandon 1", "abandon 2", "dial 3");
    }

    @Test
    void takesItForGrantedWhenNobodyDecides() {
        dialTwo();
        answers(2);
        router.deciding.completeExceptionally(new IllegalStateException("no control plane"));
        run();
        assertThat(heard).containsExactly("abandon 1", "go on 2 epoch 7");
    }

    @Test
    void followsAStreamThatHasFoundItsPlaceMeanwhile() {
        router.beside = Optional.of(new Router.Beside(route(3, 9), true));
        attempts.start();
        run();
        pass(AFTER);
        answers(3);
        assertThat(heard).containsExactly("dial 1", "abandon 1", "dial 3", "go on 3 epoch 9");
        assertThat(hedged).as("never two at once").hasValue(0);
        assertThat(router.claims).isEmpty();
    }

    @Test
    void waitsAndAsksEverMoreSeldomWhenThereIsNoOther() {
        attempts.start();
        run();
        for (int half = 0; half < 16; half++) {
            pass(AFTER);
        }
        // After 0.5, 1.5, 3.5 and 7.5 seconds.
        assertThat(router.besideAsked).hasValue(4);
        answers(1);
        assertThat(heard).containsExactly("dial 1", "go on 1 epoch 7");
    }

    @Test
    void goesOnWithTheOtherWhenOneFails() {
        dialTwo();
        fails(1);
        assertThat(heard).isEmpty();
        answers(2);
        decides(2, 8);
        assertThat(heard).containsExactly("go on 2 epoch 8");
    }

    @Test
    void looksFurtherWhenBothFail() {
        dialTwo();
        fails(2);
        fails(1);
        assertThat(heard).containsExactly("dial 3");
    }

    @Test
    void looksFurtherWhenTheClaimedOneIsGone() {
        dialTwo();
        answers(2);
        fails(2);
        decides(2, 8);
        assertThat(heard).containsExactly("abandon 1", "dial 1");
    }

    @Test
    void isQuietOnceStopped() {
        dialTwo();
        answers(2);
        attempts.stop();
        decides(2, 8);
        answers(1);
        pass(Duration.ofMinutes(1));
        assertThat(heard).isEmpty();
    }
}
