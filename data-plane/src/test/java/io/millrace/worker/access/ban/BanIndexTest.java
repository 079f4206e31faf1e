package io.millrace.worker.access.ban;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BanIndexTest {

    private static final StreamKey SHOW = StreamKey.parse("v/live/show");

    private final Random random = new Random(7);

    @Test
    void findsOneExactlyWhenAnyOfThemApplies() {
        int found = 0;
        for (int round = 0; round < 300; round++) {
            List<Ban> bans = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                bans.add(randomBan(bans.size()));
            }
            BanIndex index = BanIndex.of(bans);
            for (int i = 0; i < 50; i++) {
                Network address = random.nextInt(8) == 0 ? null : randomAddress();
                StreamKey stream = new StreamKey(pick("v", "w"), pick("live", "a/b"), pick("show", "cam", "c"));
                String subject = random.nextBoolean() ? pick("alice", "bob") : null;
                Intent intent = pick(Intent.PUBLISH, Intent.PLAY);
                Optional<Ban> hit = index.find(address, stream, subject, intent);
                assertThat(hit.isPresent())
                        .isEqualTo(bans.stream().anyMatch(ban -> ban.appliesTo(address, stream, subject, intent)));
                hit.ifPresent(ban -> assertThat(ban.appliesTo(address, stream, subject, intent))
                        .isTrue());
                found += hit.isPresent() ? 1 : 0;
            }
        }
        assertThat(found).isBetween(1_000, 14_000);
    }

    private Ban randomBan(int id) {
        Network network = random.nextInt(3) == 0 ? null : randomAddress();
        if (network != null && random.nextBoolean()) {
            network = network.first(random.nextInt(network.bits() + 1));
        }
        return new Ban(
                "b-" + id,
                network,
                pick("*", "v", "w"),
                pick("*", "live", "a/*"),
                pick("*", "show", "c*", "ca?"),
                random.nextInt(3) == 0 ? pick("alice", "bob") : null,
                random.nextInt(3) == 0 ? pick(Intent.PUBLISH, Intent.PLAY) : null);
    }

    private Network randomAddress() {
        return random.nextBoolean()
                ? new Network(false, 0, 0xc0000200L + random.nextInt(4), Network.V4_BITS)
                : new Network(true, 0x20010db800000000L + random.nextInt(2), random.nextInt(2), Network.V6_BITS);
    }

    @SafeVarargs
    private final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    @Test
    void aConnectionIsCoveredOnlyByABanOfAllThatItCouldWant() {
        Network here = Network.parse("192.0.2.7");
        assertThat(BanIndex.of(List.of(
                                ban("192.0.2.0/24", "*", null, Intent.PLAY),
                                ban("192.0.2.0/24", "show", null, null),
                                ban("192.0.2.0/24", "*", "alice", null),
                                ban("192.0.3.0/24", "*", null, null)))
                        .find(here))
                .isEmpty();
        assertThat(BanIndex.of(List.of(ban("192.0.2.0/24", "*", null, null))).find(here))
                .isPresent();
    }

    private static Ban ban(String network, String stream, @Nullable String subject, @Nullable Intent intent) {
        return new Ban("b-1", Network.parse(network), "*", "*", stream, subject, intent);
    }

    @Test
    void aLookupOfAnAddressDoesNotVisitTheOtherAddresses() {
        List<Ban> bans = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Network address = new Network(false, 0, 0x0a000000L + i, Network.V4_BITS);
            bans.add(new Ban("b-" + i, address, "*", "*", "*", null, null));
        }
        BanIndex one = BanIndex.of(bans.subList(0, 1));
        BanIndex many = BanIndex.of(bans);
        Network stranger = Network.parse("203.0.113.9");
        nanosOf(one, stranger);
        nanosOf(many, stranger);
        long few = nanosOf(one, stranger);
        assertThat(nanosOf(many, stranger)).isLessThan(20 * few + 20_000_000);
        assertThat(many.find(Network.parse("10.0.0.9"), SHOW, null, Intent.PLAY))
                .hasValueSatisfying(ban -> assertThat(ban.id()).isEqualTo("b-9"));
    }

    /** Of 100,000 lookups: a walk over 5,000 bans each would take seconds. */
    private static long nanosOf(BanIndex index, Network address) {
        long start = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            assertThat(index.find(address, SHOW, null, Intent.PLAY).isPresent()).isFalse();
        }
        return System.nanoTime() - start;
    }
}
