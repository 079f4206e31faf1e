package io.millrace.worker.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.accept.ConnectionPlaces.Refusal;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoPlaceTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @CsvSource({"ALL_TAKEN, too-many-sessions", "ADDRESS_HAS_ITS_SHARE, too-many-of-address"})
    void everyRefusalIsCounted(Refusal refusal, String reason) {
        var count =
                RefusedConnections.counted(Fixtures.sessionTable(Clock.systemUTC(), 1, registry), "rtmp", "no place");
        for (int i = 0; i < 5; i++) {
            count.accept(ClientAddress.of(new InetSocketAddress("192.0.2.1", 4711)), refusal);
        }

        assertThat(registry.get("millrace.rejects")
                        .tags("protocol", "rtmp", "reason", reason)
                        .counter()
                        .count())
                .isEqualTo(5);
        assertThat(registry.find("millrace.rejects").counters()).hasSize(1);
    }
}
