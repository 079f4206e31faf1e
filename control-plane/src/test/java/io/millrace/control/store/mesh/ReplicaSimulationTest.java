package io.millrace.control.store.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas on a network that delays, loses and splits at random, with views that arrive late and contradict each other: whatever happens, no
 * version of an entry is replaced twice, versions grow in time, and what was written stays.
 */
class ReplicaSimulationTest {

    private static final String STORE = Content.DURABLE + "s";
    private static final int STEPS = 4_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25})
    void threeDecideEverythingOnce(long seed) {
        for (int round = 0; round < 8; round++) {
            new World(3, seed * 1_000 + round).run();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void fiveDecideEverythingOnce(long seed) {
        for (int round = 0; round < 4; round++) {
            new World(5, seed * 1_000 + round).run();
        }
    }

    private static final class World {
        private final Random random;
        private final MovableClock clock = new MovableClock();
        private final Map<String, Member> members = new LinkedHashMap<>();
        private final Map<String, Deque<Runnable>> links = new LinkedHashMap<>();
        private final List<Attempt> attempts = new ArrayList<>();
        private final int size;
        private List<List<String>> groups = List.of();
        private long nanos;
        private int names;

        World(int size, long seed) {
            this.size = size;
            this.random = new Random(seed);
            for (int i = 0; i < size; i++) {
                add();
            }
        }

        void run() {
            regroup(List.of(List.copyOf(members.keySet())));
            for (int step = 0; step < STEPS; step++) {
                int dice = random.nextInt(1_000);
                if (dice < 700) {
                    deliverOne();
                } else if (dice < 900) {
                    attempt();
                } else if (dice < 985) {
                    tick(random.nextInt(50));
                } else if (dice < 990) {
                    loseOne();
                } else if (dice < 996) {
                    split();
                } else if (dice < 998) {
                    regroup(List.of(shuffled()));
                } else {
                    restartOne();
                }
                versionsNeverGoBack();
            }
            heal();
            nothingIsReplacedTwice();
            laterWritesHaveHigherVersions();
            whatWasWrittenIsThere();
        }

        private Member add() {
            Member member = new Member("m" + names++);
            members.put(member.name, member);
            return member;
        }

        private void deliverOne() {
            List<String> busy = links.entrySet().stream()
                    .filter(link -> !link.getValue().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
            if (!busy.isEmpty()) {
                String link = busy.get(random.nextInt(busy.size()));
                java.util.Objects.requireNonNull(links.get(link)).removeFirst().run();
            }
        }

        private void loseOne() {
            List<String> busy = links.entrySet().stream()
                    .filter(link -> link.getKey().contains(">")
                            && !link.getKey().startsWith(receiverOf(link.getKey()) + ">")
                            && !link.getValue().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
            if (!busy.isEmpty()) {
                java.util.Objects.requireNonNull(links.get(busy.get(random.nextInt(busy.size()))))
                        .removeFirst();
            }
        }

        private static String receiverOf(String link) {
            return link.substring(link.indexOf('>') + 1);
        }

        private void tick(int steps) {
            nanos += Duration.ofMillis(steps).toNanos();
            clock.advance(Duration.ofMillis(steps));
            for (Member member : List.copyOf(members.values())) {
                member.replica.tick();
            }
        }

        private void attempt() {
            List<Member> all = List.copyOf(members.values());
            Member member = all.get(random.nextInt(all.size()));
            String key = "k" + random.nextInt(3);
            Cell known = member.seen.get(key);
            Attempt attempt =
                    new Attempt(member, key, known == null ? 0 : known.version(), random.nextInt(4) == 0, nowSteps());
            attempts.add(attempt);
            long id = member.replica.requester().newId();
            Op op = attempt.removal
                    ? Op.remove(id, STORE, key, attempt.expected)
                    : Op.put(id, STORE, key, attempt.expected, 0, Bytes.NONE);
            var _ = member.replica.requester().submit(op, attempt.answer);
            var _ = attempt.answer.thenRun(() -> attempt.answeredAt = nowSteps());
            if (random.nextInt(10) == 0) {
                member.replica.requester().giveUp(id);
            }
        }

        private long steps;

        private long nowSteps() {
            return ++steps;
        }

        private List<String> shuffled() {
            List<String> all = new ArrayList<>(members.keySet());
            java.util.Collections.shuffle(all, random);
            return all;
        }

        private void split() {
            if (!allKnow()) {
                return;
            }
            List<String> all = shuffled();
            int cut = 1 + random.nextInt(all.size() - 1);
            regroup(List.of(List.copyOf(all.subList(0, cut)), List.copyOf(all.subList(cut, all.size()))));
        }

        /** From now on only members of one group reach each other; who is in which each of them is told some time later. */
        private void regroup(List<List<String>> next) {
            groups = next;
            for (List<String> group : next) {
                for (String name : group) {
                    queue("view " + name).add(() -> {
                        Member member = members.get(name);
                        if (member != null) {
                            member.replica.view(group);
                        }
                    });
                }
            }
        }

        /** Memory is lost with a process, so this is done only where the others have everything, as with any majority. */
        private void restartOne() {
            if (!allKnow()) {
                return;
            }
            String name = shuffled().getFirst();
            members.remove(name);
            links.keySet().removeIf(link -> link.startsWith(name + ">") || link.endsWith(">" + name));
            add();
            regroup(List.of(shuffled()));
        }

        private boolean allKnow() {
            return members.values().stream().allMatch(member -> member.replica.isActive())
                    && members.values().stream()
                                    .map(member -> member.replica.position().term())
                                    .distinct()
                                    .count()
                            == 1;
        }

        private void heal() {
            List<String> all = shuffled();
            regroup(List.of(all));
            for (int i = 0; i < 200_000 && !(i > 2_000 && settled()); i++) {
                deliverOne();
                if (i % 20 == 0) {
                    tick(20);
                }
            }
            assertThat(settled()).isTrue();
        }

        private boolean settled() {
            return allKnow() && links.values().stream().allMatch(Deque::isEmpty);
        }

        private Deque<Runnable> queue(String link) {
            return links.computeIfAbsent(link, _ -> new ArrayDeque<>());
        }

        private void send(String from, String to, Message message) {
            boolean reached =
                    from.equals(to) || groups.stream().anyMatch(group -> group.contains(from) && group.contains(to));
            if (reached && members.containsKey(from)) {
                queue(from + ">" + to).add(() -> {
                    Member member = members.get(to);
                    if (member != null) {
                        member.replica.receive(from, message);
                    }
                });
            }
        }

        private void nothingIsReplacedTwice() {
            Map<String, Attempt> replacedBy = new HashMap<>();
            for (Attempt attempt : attempts) {
                if (attempt.succeeded() && attempt.expected != 0) {
                    Attempt other = replacedBy.put(attempt.key + " " + attempt.expected, attempt);
                    assertThat(other).as("%s and %s", other, attempt).isNull();
                }
            }
        }

        private void laterWritesHaveHigherVersions() {
            for (Attempt later : attempts) {
                for (Attempt earlier : attempts) {
                    if (earlier.succeeded() && later.succeeded() && earlier.answeredAt < later.askedAt) {
                        assertThat(later.version()).isGreaterThan(earlier.version());
                    }
                }
            }
        }

        private void whatWasWrittenIsThere() {
            for (int i = 0; i < 3; i++) {
                String key = "k" + i;
                long newest = attempts.stream()
                        .filter(attempt -> attempt.key.equals(key) && attempt.succeeded())
                        .mapToLong(Attempt::version)
                        .max()
                        .orElse(0);
                List<@Nullable Long> there = members.values().stream()
                        .<@Nullable Long>map(member -> {
                            Cell cell = member.seen.get(key);
                            return cell == null ? null : cell.version();
                        })
                        .distinct()
                        .toList();
                assertThat(there).as("all have the same").hasSize(1);
                Long last = there.getFirst();
                boolean mayHaveGoneOn =
                        attempts.stream().anyMatch(attempt -> attempt.key.equals(key) && attempt.isUnknown());
                if (last != null) {
                    assertThat(last).isGreaterThanOrEqualTo(newest);
                } else if (newest != 0 && !mayHaveGoneOn) {
                    assertThat(attempts)
                            .anyMatch(attempt -> attempt.succeeded() && attempt.removal && attempt.version() == newest);
                }
            }
        }

        private void versionsNeverGoBack() {
            for (Member member : members.values()) {
                assertThat(member.wentBack).isNull();
            }
        }

        private static final class Attempt {
            private final Member by;
            private final String key;
            private final long expected;
            private final boolean removal;
            private final long askedAt;
            private final CompletableFuture<Decision> answer = new CompletableFuture<>();
            private long answeredAt = Long.MAX_VALUE;

            Attempt(Member by, String key, long expected, boolean removal, long askedAt) {
                this.by = by;
                this.key = key;
                this.expected = expected;
                this.removal = removal;
                this.askedAt = askedAt;
            }

            boolean isUnknown() {
                return !answer.isDone();
            }

            boolean succeeded() {
                return answer.isDone() && answer.join().done();
            }

            long version() {
                return answer.join().version();
            }

            @Override
            public String toString() {
                return by.name + " " + key + " " + expected + (removal ? " removed" : " replaced") + " at " + askedAt;
            }
        }

        private final class Member implements Replica.Sink {
            private final String name;
            private final Replica replica;
            private final Map<String, Cell> seen = new HashMap<>();
            private final Map<String, Long> newest = new HashMap<>();
            private @Nullable String wentBack;

            Member(String name) {
                this.name = name;
                this.replica = new Replica(
                        name,
                        size,
                        MeshCluster.TIMING,
                        clock,
                        () -> nanos,
                        (to, message) -> send(name, to, message),
                        this,
                        new Content());
            }

            @Override
            public void changed(String store, String key, @Nullable Cell now, boolean expired) {
                if (now == null) {
                    seen.remove(key);
                } else {
                    Long before = newest.put(key, now.version());
                    if (before != null && before >= now.version()) {
                        wentBack = name + " " + key + " " + before + " before " + now.version();
                    }
                    seen.put(key, now);
                }
            }

            @Override
            public void replaced(Content content) {
                List.copyOf(seen.keySet()).stream()
                        .filter(key -> !content.cells(STORE).containsKey(key))
                        .forEach(key -> changed(STORE, key, null, false));
                content.cells(STORE).forEach((key, cell) -> {
                    Cell before = seen.get(key);
                    if (before == null || before.version() != cell.version()) {
                        changed(STORE, key, cell, false);
                    }
                });
            }

            @Override
            public void keep(Content content, Runnable kept) {
                queue("disk " + name).add(kept);
            }

            @Override
            public void active() {}

            @Override
            public void note(String line) {}
        }
    }
}
