package io.millrace.control.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.Versioned;
import io.millrace.control.store.redis.Copy.Held;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyTest {

    private static final int ALL = 100_000;

    private final Copy<Integer, String> copy = new Copy<>();

    private void learn(int key, long version, long at) {
        copy.learnt(key, new Held<>(new Versioned<>("v", version), 60_000), at, copy.history());
    }

    private List<Integer> keys() {
        return copy.list(null, ALL).stream().map(entry -> entry.key()).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoTouchesDoesNotWaitForWhoGoesThroughAllEntries(boolean listing) throws InterruptedException {
        Key first = new Key(0);
        Copy<Key, String> many = new Copy<>();
        for (int i = 1; i < 100; i++) {
            many.learnt(new Key(i), new Held<>(new Versioned<>("v", i), 60_000), i, many.history());
        }
        Key looked = listing ? first : many.list(null, 50).getLast().key();
        many.beginListing();
        many.listed(new Key(1), new Held<>(new Versioned<>("v", 1), 60_000), 1);
        CountDownLatch onItsWay = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Thread walker = Thread.ofPlatform().unstarted(() -> {
            if (listing) {
                many.list(looked, 100);
            } else {
                many.endListing(100);
            }
        });
        looked.whenLookedAt = () -> {
            if (Thread.currentThread().equals(walker)) {
                onItsWay.countDown();
                try {
                    assertThat(mayGoOn.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        walker.start();
        assertThat(onItsWay.await(20, TimeUnit.SECONDS)).isTrue();
        Thread toucher = Thread.ofPlatform().start(() -> many.touch(new Key(99), 60_000, 0));
        assertThat(toucher.join(Duration.ofSeconds(10)))
                .as("whether the touch is over while the other one is in the middle")
                .isTrue();
        mayGoOn.countDown();
        walker.join();
    }

    /** One that tells when it is compared or looked up. */
    private static final class Key implements Comparable<Key> {
        private final int number;
        private volatile Runnable whenLookedAt = () -> {};

        Key(int number) {
            this.number = number;
        }

        @Override
        public int compareTo(Key other) {
            whenLookedAt.run();
            other.whenLookedAt.run();
            return Integer.compare(number, other.number);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.number == number;
        }

        @Override
        public int hashCode() {
            whenLookedAt.run();
            return number;
        }
    }

    @Test
    void whatWasNotListedIsGoneAndWhatCameMeanwhileStays() {
        for (int i = 0; i < 3_000; i++) {
            learn(i, i + 1, 1);
        }
        copy.beginListing();
        copy.listed(7, new Held<>(new Versioned<>("v", 8), 60_000), 10);
        learn(5_000, 9_000, 11);
        learn(8, 9_001, 12);
        assertThat(copy.endListing(10)).isEqualTo(2_998);
        assertThat(keys()).containsExactly(7, 8, 5_000);
        // A notice of something that the listing knew of is late.
        copy.heard(9, new Held<>(new Versioned<>("v", 10), 60_000), 9, 10, false);
        assertThat(keys()).containsExactly(7, 8, 5_000);
    }

    @Test
    void whatWasLearntBeforeAHistoryBeganYieldsToWhateverComesAfter() {
        learn(1, 50, 50);
        copy.beginHistory(3);
        assertThat(keys()).containsExactly(1);
        copy.beginListing();
        copy.listed(1, new Held<>(new Versioned<>("w", 2), 60_000), 2);
        assertThat(copy.endListing(3)).isZero();
        assertThat(copy.find(1).orElseThrow().value()).isEqualTo("w");
        copy.beginHistory(4);
        copy.beginListing();
        assertThat(copy.endListing(4)).isEqualTo(1);
        assertThat(keys()).isEmpty();
    }

    @Test
    void touchesAreTakenInPiecesAndThoseThatDidNotArriveComeAgain() {
        for (int i = 0; i < 10; i++) {
            learn(i, i + 1, 1);
            assertThat(copy.touch(i, 60_000, 0)).isTrue();
        }
        assertThat(copy.touched()).isEqualTo(10);
        var first = copy.takeTouches(0, true, 6);
        assertThat(first).hasSize(6);
        copy.giveBack(first);
        assertThat(copy.takeTouches(0, false, 100)).hasSize(10);
        assertThat(copy.touched()).isZero();
    }
}
