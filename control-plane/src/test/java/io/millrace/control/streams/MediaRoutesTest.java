package io.millrace.control.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.MediaRoute;
import org.junit.jupiter.api.Test;

class MediaRoutesTest {

    private final MovableClock clock = new MovableClock();
    private final MediaRoutes routes = new MediaRoutes(new MemoryKeyedStore<>(clock));

    private static MediaRoute route(String key, int port) {
        return route(key, port, Intent.PLAY, 1);
    }

    private static MediaRoute route(String key, int port, Intent intent, long epoch) {
        return new MediaRoute(
                key,
                OriginId.of("a", "192.0.2.1", 1935),
                Endpoint.of("udp://192.0.2.1:" + port),
                StreamKey.parse("v/live/cam"),
                intent,
                epoch,
                "/rtc/v1/whep/?session=1",
                null);
    }

    @Test
    void findsWhatAWorkerTold() {
        assertThat(routes.find("8hhY")).isEmpty();
        assertThat(routes.put(route("8hhY", 8000))).isTrue();
        assertThat(routes.find("8hhY")).contains(route("8hhY", 8000));
        assertThat(routes.find("8hhy")).isEmpty();
    }

    @Test
    void theLastWordCounts() {
        routes.put(route("8hhY", 8000));
        routes.put(route("8hhY", 8001));
        assertThat(routes.find("8hhY")).contains(route("8hhY", 8001));
        assertThat(routes.size()).isEqualTo(1);
    }

    @Test
    void forgetsWhatNobodyRepeats() {
        routes.put(route("gone", 8000));
        routes.put(route("gone", 8000));
        routes.put(route("kept", 8000));
        routes.put(route("kept", 8000));
        clock.advance(MediaRoutes.KEPT.dividedBy(2).plusSeconds(1));
        routes.put(route("kept", 8000));
        clock.advance(MediaRoutes.KEPT.dividedBy(2).plusSeconds(1));
        assertThat(routes.find("gone")).isEmpty();
        assertThat(routes.find("kept")).isPresent();
    }

    @Test
    void playersOfWhatNobodyPublishesAreForgottenSoonUnlessTheyAreRepeated() {
        routes.put(route("made-up", 8000, Intent.PLAY, 0));
        routes.put(route("waits", 8000, Intent.PLAY, 0));
        routes.put(route("publishes", 8000, Intent.PUBLISH, 0));
        routes.put(route("publishes", 8000, Intent.PUBLISH, 0));
        for (int i = 0; i < 10; i++) {
            clock.advance(MediaRoutes.KEPT_UNPROVEN.dividedBy(3));
            routes.put(route("waits", 8000, Intent.PLAY, 0));
        }
        assertThat(routes.find("made-up")).isEmpty();
        assertThat(routes.find("waits")).isPresent();
        assertThat(routes.find("publishes")).isPresent();
        clock.advance(MediaRoutes.KEPT_UNPROVEN);
        assertThat(routes.find("waits")).isEmpty();
    }

    @Test
    void sessionsWhoseMediaNeverComesLeaveNothingBehindAfterTwoMinutes() {
        for (int i = 0; i < 1_000; i++) {
            routes.put(route("no-media-" + i, 8000, Intent.PUBLISH, 1));
        }
        routes.put(route("media", 8000, Intent.PUBLISH, 1));
        assertThat(routes.size()).isEqualTo(1_001);
        clock.advance(MediaRoutes.KEPT_UNPROVEN.dividedBy(2));
        routes.put(route("media", 8000, Intent.PUBLISH, 1));
        clock.advance(MediaRoutes.KEPT_UNPROVEN);
        assertThat(routes.find("no-media-0")).isEmpty();
        assertThat(routes.find("media")).isPresent();
        assertThat(routes.size()).isEqualTo(1);
    }

    @Test
    void forgetsWhatIsOver() {
        routes.put(route("8hhY", 8000));
        routes.remove("8hhY");
        routes.remove("8hhY");
        assertThat(routes.find("8hhY")).isEmpty();
    }
}
