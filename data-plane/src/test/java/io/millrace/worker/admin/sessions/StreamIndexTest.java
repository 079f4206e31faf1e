package io.millrace.worker.admin.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreamIndexTest {

    private final StreamIndex index = new StreamIndex();

    private static Session session(String id, String stream) {
        return new Session(
                id,
                new Permit(Protocol.RTMP, Intent.PLAY, key(stream), "10.0.0.1:1", null),
                Instant.EPOCH,
                (reason, detail) -> {},
                new WaitingSessions(new SessionLimits(10, 100, 10, 10)));
    }

    private static StreamKey key(String stream) {
        return StreamKey.parse("v/live/" + stream);
    }

    @Test
    void findsTheSessionsOfAStreamAndKeepsNothingOfOneThatHasNone() {
        Session first = session("s-1", "a");
        Session second = session("s-2", "a");
        Session other = session("s-3", "b");
        index.add(first);
        index.add(second);
        index.add(other);
        assertThat(index.of(key("a"))).containsExactlyInAnyOrder(first, second);
        index.of(key("a")).forEach(index::remove);
        assertThat(index.of(key("a"))).isEmpty();
        assertThat(index.of(key("b"))).containsExactly(other);
        assertThat(index.size()).isEqualTo(1);
        index.remove(first);
        assertThat(index.size()).isEqualTo(1);
    }
}
