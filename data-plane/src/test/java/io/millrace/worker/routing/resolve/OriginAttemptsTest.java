package io.millrace.worker.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.CloseReason;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OriginAttemptsTest {

    private static final Dials.Wanted WANTED =
            new Dials.Wanted(StreamKey.parse("v/live/cam"), Intent.PLAY, Protocol.FLV, "s-1", () -> false);

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final List<Resolution.Route> dialled = new ArrayList<>();

    private final OriginAttempts.Steps steps = new OriginAttempts.Steps() {
        @Override
        public void dial(Resolution.Route route) {
            dialled.add(route);
            heard.add("dial " + route.endpoint().port());
        }

        @Override
        public void goOn(Resolution.Route route) {
            heard.add("go on " + route.endpoint().port());
        }

        @Override
        public void abandon(Resolution.Route route) {
            heard.add("abandon " + route.endpoint().port());
        }

        @Override
        public void foundNone(CloseReason reason, String detail) {
            heard.add("none " + reason.metricTag() + " " + detail);
        }

        @Override
        public void broken(Throwable defect) {
            heard.add("broken " + defect.getMessage());
        }
    };

    private OriginAttempts attempts(TestRouter router) {
        return new OriginAttempts(router, WANTED, loop::add, steps, Dials.Hedging.NEVER);
    }

    private void runLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private void fail(OriginAttempts attempts) {
        Resolution.Route last = dialled.getLast();
        attempts.failed(last, OriginObservation.of(last.origin(), Failure.REFUSED, "nobody", Instant.EPOCH));
        runLoop();
    }

    @Test
    void dialsOnItsLoopOnly() {
        OriginAttempts attempts = attempts(new TestRouter(1));
        attempts.start();
        assertThat(heard).isEmpty();
        runLoop();
        assertThat(heard).containsExactly("dial 1");
    }

    @Test
    void goesOnToTheNextOriginAndTellsTheRouter() {
        TestRouter router = new TestRouter(1, 2);
        OriginAttempts attempts = attempts(router);
        attempts.start();
        runLoop();
        fail(attempts);
        attempts.succeeded(dialled.getLast());
        assertThat(heard).containsExactly("dial 1", "dial 2");
        assertThat(router.failed).extracting(OriginObservation::failure).containsExactly(Failure.REFUSED);
    }

    @Test
    void dialsNobodyForAStreamThatNobodyPublishesWhenTooManyWait() {
        TestRouter router = new TestRouter(1);
        router.source = Resolution.Source.PROVISIONAL;
        attempts(router).start();
        runLoop();
        assertThat(heard).hasSize(1).first().asString().startsWith("none too-many-waiting");
        assertThat(router.failed).isEmpty();
    }

    @Test
    void givesUpAfterThreeOrigins() {
        OriginAttempts attempts = attempts(new TestRouter(1, 2, 3, 4));
        attempts.start();
        runLoop();
        fail(attempts);
        fail(attempts);
        fail(attempts);
        assertThat(heard)
                .containsExactly(
                        "dial 1",
                        "dial 2",
                        "dial 3",
                        "none origin-unreachable 3 origins could not be reached, the last: nobody");
    }

    @Test
    void saysWhetherThereWasNoneOrNoneThatCouldBeReached() {
        attempts(new TestRouter()).start();
        runLoop();
        OriginAttempts one = attempts(new TestRouter(1));
        one.start();
        runLoop();
        fail(one);
        assertThat(heard)
                .containsExactly(
                        "none no-origin no origin is left", "dial 1", "none origin-unreachable no origin is left");
    }

    @Test
    void isQuietOnceStopped() {
        TestRouter router = new TestRouter(1, 2);
        OriginAttempts attempts = attempts(router);
        attempts.start();
        attempts.stop();
        runLoop();
        assertThat(heard).isEmpty();

        OriginAttempts dialling = attempts(router);
        dialling.start();
        runLoop();
        dialling.stop();
        fail(dialling);
        assertThat(heard).containsExactly("dial 1");
        assertThat(router.failed).as("what was seen counts all the same").hasSize(1);
    }

    @Test
    void asksAgainWhereTheStreamOfASilentOriginLives() {
        TestRouter router = new TestRouter(1, 2);
        OriginAttempts attempts = attempts(router);
        attempts.start();
        runLoop();
        attempts.silent(dialled.getLast(), () -> heard.add("wait on"));
        runLoop();
        router.origins.removeFirst();
        attempts.silent(dialled.getLast(), () -> heard.add("wait on"));
        runLoop();
        router.origins.clear();
        attempts.silent(dialled.getLast(), () -> heard.add("wait on"));
        runLoop();
        assertThat(heard)
                .containsExactly("dial 1", "wait on", "abandon 1", "dial 2", "none no-origin no origin is left");
        assertThat(router.failed).isEmpty();
    }
}
