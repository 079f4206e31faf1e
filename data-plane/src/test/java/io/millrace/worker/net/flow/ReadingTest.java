package io.millrace.worker.net.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Reading reading = Reading.of(channel);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private boolean isRead() {
        return channel.config().isAutoRead();
    }

    @Test
    void goesOnWhenTheLastObstacleIsGone() {
        assertThat(isRead()).isTrue();
        for (Reading.Obstacle obstacle : Reading.Obstacle.values()) {
            reading.pause(obstacle);
            reading.pause(obstacle);
            assertThat(isRead()).isFalse();
        }
        for (Reading.Obstacle obstacle : Reading.Obstacle.values()) {
            assertThat(isRead()).isFalse();
            assertThat(reading.isPausedBy(obstacle)).isTrue();
            reading.resume(obstacle);
            reading.resume(obstacle);
            assertThat(reading.isPausedBy(obstacle)).isFalse();
        }
        assertThat(isRead()).isTrue();
    }

    @Test
    void isOneForEachConnection() {
        assertThat(Reading.of(channel)).isSameAs(reading);
        assertThat(Reading.of(new EmbeddedChannel())).isNotSameAs(reading);
    }

    @Test
    void whatIsThrownAwayIsReadWhateverWaits() {
        reading.pause(Reading.Obstacle.OTHER_SIDE);
        reading.discard();
        assertThat(isRead()).isTrue();
        reading.pause(Reading.Obstacle.UNREAD_ANSWERS);
        assertThat(isRead()).isTrue();
    }
}
