package io.millrace.control.bans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.memory.FileKeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Intent;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BanListTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, BanEntry> store = new MemoryKeyedStore<>(clock);
    private final BanList bans = new BanList(store, clock.timeOfDay(), new Random(1));

    private static Ban of(String network, @Nullable Intent intent) {
        return new Ban("", Network.parse(network), "*", "*", "*", null, intent);
    }

    @Test
    void endsByItselfAndSaysSoOnce() {
        AtomicInteger changes = new AtomicInteger();
        bans.onChange(changes::incrementAndGet);
        BanEntry entry = bans.add(of("192.0.2.7", null), "spam", "op", HOUR).entry();
        assertThat(entry.expiresAt()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(bans.inForce()).containsExactly(entry.ban());
        clock.advance(HOUR);
        store.sweep();
        store.sweep();
        assertThat(bans.inForce()).isEmpty();
        assertThat(changes).hasValue(2);
    }

    @Test
    void oneWithoutAnEndStaysUntilItIsLifted() {
        BanEntry entry = bans.add(of("192.0.2.7", null), "", "op", null).entry();
        clock.advance(Duration.ofDays(1_000));
        assertThat(bans.find(entry.ban().id())).contains(entry);
        assertThat(bans.lift(entry.ban().id())).contains(entry);
        assertThat(bans.lift(entry.ban().id())).isEmpty();
        assertThat(bans.all()).isEmpty();
    }

    @Test
    void whatIsBannedAlreadyGetsTheNewReasonAndEnd() {
        BanEntry first = bans.add(of("192.0.2.7", null), "spam", "op", null).entry();
        BanList.Added again = bans.add(of("192.0.2.7/32", null), "more spam", "other", HOUR);
        assertThat(again.isNew()).isFalse();
        assertThat(again.entry().ban()).isEqualTo(first.ban());
        assertThat(bans.all()).containsExactly(again.entry());
        assertThat(bans.add(of("192.0.2.7", Intent.PLAY), "", "op", null).isNew())
                .isTrue();
        clock.advance(HOUR);
        assertThat(bans.all()).hasSize(1);
    }

    @Test
    void takesNoMoreThanMayBe() {
        for (int i = 0; i < BanList.MAX_BANS; i++) {
            Ban ban = of("10.0." + i / 256 + "." + i % 256, null);
            var _ = store.compareAndSet(
                    "b-" + i,
                    0,
                    new BanEntry(
                            new Ban("b-" + i, ban.network(), "*", "*", "*", null, null),
                            "",
                            "op",
                            clock.instant(),
                            null),
                    null);
        }
        assertThatThrownBy(() -> bans.add(of("192.0.2.7", null), "", "op", null))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("5000");
        assertThat(bans.add(of("10.0.0.0", null), "again", "op", HOUR).isNew()).isFalse();
        clock.advance(HOUR);
        assertThat(bans.add(of("192.0.2.7", null), "", "op", null).isNew()).isTrue();
    }

    @Test
    void areThereAfterARestartUntilTheyEnd(@TempDir Path folder) {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        Path file = folder.resolve("bans.json");
        try (var kept = new FileKeyedStore<>(clock, file, json, String.class, BanEntry.class)) {
            var _ = new BanList(kept, clock.timeOfDay(), new Random(2)).add(of("192.0.2.7", null), "", "op", HOUR);
        }
        try (var kept = new FileKeyedStore<>(clock, file, json, String.class, BanEntry.class)) {
            BanList again = new BanList(kept, clock.timeOfDay(), new Random(3));
            assertThat(again.inForce()).hasSize(1);
            clock.advance(HOUR);
            assertThat(again.inForce()).isEmpty();
        }
    }
}
