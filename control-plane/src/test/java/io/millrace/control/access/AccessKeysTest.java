package io.millrace.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.AccessRule;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AccessKeysTest {

    private static final String SECRET = "a-secret-of-somebody-0123456789ab";

    private final MovableClock clock = new MovableClock();
    private final KeyedStore<String, StoredKey> store = new MemoryKeyedStore<>(clock);
    private final AccessKeys keys = new AccessKeys(store, clock, new Random(1));

    private static AccessRule rule(String name, AccessCheck publish, AccessCheck play) {
        return new AccessRule(name, "*", "*", "*", publish, play);
    }

    @Test
    void makesASecretOf32BytesThatIsAnotherEachTime() {
        StoredKey one = keys.make("one", null, "ann");
        StoredKey two = keys.make("two", null, "ann");
        assertThat(one.secret()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(two.secret());
        assertThat(keys.all()).containsExactly(one, two);
        assertThat(one.createdAt()).isEqualTo(clock.instant());
    }

    @Test
    void aKeyIsNotReplacedByAnotherOfItsName() {
        var _ = keys.make("one", SECRET, "ann");
        assertThatThrownBy(() -> keys.make("one", null, "ann")).isInstanceOf(ConflictException.class);
        assertThat(keys.find("one").map(StoredKey::key)).contains(new AccessKey("one", SECRET));
    }

    @Test
    void workersAreToldOnlyWhatRulesName() {
        for (String name : List.of("publish", "play", "both", "unused")) {
            var _ = keys.make(name, null, "ann");
        }
        List<AccessRule> rules = List.of(
                rule(
                        "a",
                        new AccessCheck.Signed(List.of("publish", "both")),
                        new AccessCheck.Signed(List.of("both", "play"))),
                rule("b", new AccessCheck.None(), new AccessCheck.Signed(List.of("both", "missing"))));
        assertThat(keys.access(rules).rules()).isEqualTo(rules);
        assertThat(keys.access(rules).keys()).extracting(AccessKey::name).containsExactly("both", "play", "publish");
    }

    @Test
    void tellsOfEveryChange() {
        AtomicInteger told = new AtomicInteger();
        keys.onChange(told::incrementAndGet);
        var _ = keys.make("one", null, "ann");
        assertThat(keys.has("one")).isTrue();
        assertThat(keys.knows("one")).isTrue();
        assertThat(keys.remove("one")).isPresent();
        assertThat(keys.remove("one")).isEmpty();
        assertThat(told).hasValue(2);
        assertThat(keys.has("one")).isFalse();
        assertThat(keys.knows("one")).isFalse();
    }

    @Test
    void thereIsAnEnd() {
        for (int i = 0; i < AccessKeys.MAX_KEYS; i++) {
            var _ = keys.make("k" + i, null, "ann");
        }
        assertThatThrownBy(() -> keys.make("one-more", null, "ann")).isInstanceOf(ConflictException.class);
    }

    @Test
    void theTextOfAKeyDoesNotShowIt() {
        assertThat(keys.make("one", SECRET, "ann").toString()).doesNotContain(SECRET);
    }
}
