package io.millrace.control.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeersTest {

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, Peer> store = new MemoryKeyedStore<>(clock);
    private final Peers one = peers("cp-one", 1);
    private final Peers two = peers("cp-two", 2);

    private Peers peers(String run, int since) {
        return new Peers(store, () -> new Peer(run, "host", "http://" + run + ":1", "1", Instant.ofEpochSecond(since)));
    }

    private static String url(@Nullable String set, String host) {
        return new AdvertisedUrl(Optional.ofNullable(set), host, () -> 12025).get();
    }

    @Test
    void eachSeesTheOthersWhileTheyAreThere() {
        assertThat(one.all()).as("itself even before it is announced").hasSize(1);
        two.announce();
        one.announce();
        assertThat(one.all()).extracting(Peer::run).containsExactly("cp-one", "cp-two");
        assertThat(two.others()).extracting(Peer::run).containsExactly("cp-one");
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(8));
            one.announce();
        }
        assertThat(one.others()).as("cp-two fell silent").isEmpty();
        assertThat(two.others()).extracting(Peer::run).containsExactly("cp-one");
        one.leave();
        assertThat(two.others()).isEmpty();
    }

    @Test
    void tellsOfANewAddressAtOnce() {
        AtomicReference<String> url = new AtomicReference<>("http://a:0");
        Peers moving = new Peers(store, () -> new Peer("cp-m", "h", url.get(), "1", Instant.EPOCH));
        moving.announce();
        url.set("http://a:7");
        moving.announce();
        assertThat(one.other("cp-m").orElseThrow().url()).isEqualTo("http://a:7");
    }

    @Test
    void advertisesWhatIsSetElseWhereItListens() {
        assertThat(url("https://cp.example.com:8443/", "0.0.0.0")).isEqualTo("https://cp.example.com:8443");
        assertThat(url(null, "127.0.0.1")).isEqualTo("http://127.0.0.1:12025");
        assertThat(url("", "::1")).isEqualTo("http://[::1]:12025");
        assertThat(url(null, "0.0.0.0")).matches("http://[^/]+:12025").doesNotContain("0.0.0.0");
        for (String bad : new String[] {"cp.example.com:1", "ftp://x", "http://x/path", "http://", "http://a b"}) {
            assertThatThrownBy(() -> url(bad, "0.0.0.0"))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("MILLRACE_CONTROL_PLANE_ADVERTISE");
        }
    }
}
