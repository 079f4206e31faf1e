package io.millrace.control.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Somebody sets the clock of the machine on which Redis runs. */
class RedisClockTest {

    private static final Duration LIVES = Duration.ofSeconds(8);

    /** The server's clock, with what a test adds to it. */
    private static final String PRELUDE = Scripts.PRELUDE + """
            local server = redis
            local redis = {call = function(command, ...)
                local answer = server.call(command, ...)
                if command == 'TIME' then
                    answer[1] = tostring(tonumber(answer[1]) + tonumber(server.call('GET', KEYS[3] .. '-set') or 0))
                end
                return answer
            end}
            """;

    @Test
    void nothingExpiresOrIsRefusedWhenTheClockOfTheServerIsSet() {
        try (RedisServer server = RedisServer.start();
                Replica replica =
                        Replica.start(RedisSettings.url("redis://127.0.0.1:" + server.port()), "millrace", PRELUDE)) {
            RedisStore<String, String> store = replica.shared("things");
            AtomicInteger refused = new AtomicInteger();
            for (String step : new String[] {"60", "-60", "0"}) {
                long version = Objects.requireNonNull(store.compareAndSet(step, Versioned.ABSENT, "1", LIVES)
                                .current())
                        .version();
                server.cli("set", "millrace:{things}:state-set", step);
                for (int i = 0; i < 20; i++) {
                    try {
                        String key = step + "/" + i;
                        assertThat(store.compareAndSet(key, Versioned.ABSENT, "1", null)
                                        .written())
                                .isTrue();
                    } catch (StoreUnavailableException e) {
                        refused.incrementAndGet();
                    }
                }
                // Longer than nothing expires after the step, and less than the entry lives.
                Awaitility.await("the entry lives on after a step to " + step)
                        .during(Duration.ofSeconds(4))
                        .atMost(Duration.ofSeconds(6))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> store.ask(step)
                                .map(Versioned::version)
                                .filter(there -> there == version)
                                .isPresent());
                Awaitility.await("and then it ends as it would have")
                        .atMost(LIVES.plusSeconds(7))
                        .until(() -> store.ask(step).isEmpty());
            }
            assertThat(refused).as("writes refused").hasValue(0);
        }
    }
}
