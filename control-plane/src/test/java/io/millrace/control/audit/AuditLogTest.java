package io.millrace.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.audit.AuditEntry.Result;
import io.millrace.control.audit.AuditLog.Item;
import io.millrace.control.security.Caller;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreOutage;
import io.millrace.control.store.memory.FileKeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private static final Caller ANNA = new Caller("anna", "session", "192.0.2.1");
    private static final Difference NOTHING = new Difference(null, null);

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, AuditBatch> changes = new MemoryKeyedStore<>(clock);
    private final MemoryKeyedStore<String, AuditBatch> attempts = new MemoryKeyedStore<>(clock);
    private final AuditLog log = on("cp-one", changes, attempts);

    private AuditLog on(String run, KeyedStore<String, AuditBatch> changes, KeyedStore<String, AuditBatch> attempts) {
        return new AuditLog(changes, attempts, run, clock, clock.timeOfDay());
    }

    private static Caller unknown(String address) {
        return new Caller("unknown", "none", address);
    }

    private static List<String> targets(AuditLog log) {
        return log.newestFirst(null, entry -> true, 10_000).stream()
                .map(item -> item.entry().target())
                .toList();
    }

    private void change(AuditLog log, String target) {
        clock.advance(Duration.ofMillis(1));
        log.record(ANNA, "stream.move", target, NOTHING, 200);
    }

    private void refuse(String address, String target) {
        clock.advance(Duration.ofMillis(1));
        log.record(unknown(address), "stream.move", target, NOTHING, 401);
    }

    @Test
    void anEntrySaysWhoDidWhatAndWhatCameOfIt() {
        Difference difference = new Difference(TextNode.valueOf("a"), TextNode.valueOf("b"));
        log.record(ANNA, "stream.move", "streams/x", difference, 200);
        assertThat(log.newestFirst(null, entry -> true, 10))
                .singleElement()
                .extracting(Item::entry)
                .isEqualTo(new AuditEntry(
                        clock.instant(),
                        "anna",
                        "session",
                        "192.0.2.1",
                        "stream.move",
                        "streams/x",
                        TextNode.valueOf("a"),
                        TextNode.valueOf("b"),
                        Result.DONE,
                        200,
                        0,
                        "cp-one"));
    }

    @Test
    void theStatusSaysWhatCameOfIt() {
        assertThat(List.of(200, 204, 304, 400, 401, 403, 404, 412, 500, 503))
                .extracting(Result::of)
                .containsExactly(
                        Result.DONE,
                        Result.DONE,
                        Result.DONE,
                        Result.INVALID,
                        Result.REFUSED,
                        Result.REFUSED,
                        Result.INVALID,
                        Result.INVALID,
                        Result.FAILED,
                        Result.FAILED);
    }

    @Test
    void whatWasNotDoneHasNoBeforeAndAfter() {
        log.record(ANNA, "x", "t", new Difference(null, TextNode.valueOf("wanted")), 503);
        assertThat(log.newestFirst(null, entry -> true, 10))
                .singleElement()
                .satisfies(item -> assertThat(item.entry().after()).isNull());
    }

    @Test
    void pagesFollowEachOtherFromNewToOld() {
        IntStream.range(0, 250).forEach(n -> change(log, "t" + n));
        refuse("192.0.2.9", "refused");
        List<Item> first = log.newestFirst(null, entry -> true, 101);
        assertThat(first.getFirst().entry().target()).isEqualTo("refused");
        assertThat(first.getLast().entry().target()).isEqualTo("t150");
        List<Item> second = log.newestFirst(first.getLast().id(), entry -> true, 1_000);
        assertThat(second).hasSize(150);
        assertThat(second.getFirst().entry().target()).isEqualTo("t149");
        assertThat(second.getLast().entry().target()).isEqualTo("t0");
    }

    @Test
    void aFloodOfRefusedAttemptsLetsNothingGoThatWasDone() {
        change(log, "done");
        for (int n = 0; n < 100_000; n++) {
            refuse("192.0.2." + n % 200, "attempt");
        }
        List<String> kept = targets(log);
        assertThat(kept).contains("done").contains("attempt").hasSizeLessThanOrEqualTo(AuditLog.ATTEMPTS.kept() + 1);
        assertThat(log.dropped()).isZero();
    }

    @Test
    void aCallerThatGoesOnIsCountedInItsNextEntry() {
        for (int n = 0; n < 1_000; n++) {
            refuse("192.0.2.9", "attempt");
        }
        assertThat(targets(log)).hasSize(RepeatedAttempts.PER_CALLER);
        refuse("192.0.2.10", "of another");
        assertThat(targets(log)).hasSize(RepeatedAttempts.PER_CALLER + 1).contains("of another");
        clock.advance(Duration.ofMinutes(2));
        refuse("192.0.2.9", "later");
        assertThat(log.newestFirst(null, entry -> true, 1))
                .singleElement()
                .satisfies(item -> assertThat(item.entry().repeated()).isEqualTo(1_000 - RepeatedAttempts.PER_CALLER));
    }

    @Test
    void attemptsOfAllCallersTogetherAreBounded() {
        for (int n = 0; n < 1_000; n++) {
            log.record(unknown("192.0.2." + n), "x", "t", NOTHING, 403);
        }
        assertThat(targets(log)).hasSize(RepeatedAttempts.IN_ALL);
    }

    @Test
    void theOldestGoFirst() {
        for (int n = 0; n < AuditLog.CHANGES.kept() + 500; n++) {
            change(log, "t" + n);
            log.flush();
        }
        assertThat(targets(log))
                .hasSize(AuditLog.CHANGES.kept())
                .startsWith("t2499", "t2498")
                .endsWith("t500");
    }

    @Test
    void allTogetherTakeABoundedNumberOfBytes() {
        Difference longest = new Difference(
                TextNode.valueOf("x".repeat(Difference.MAX_LENGTH)),
                TextNode.valueOf("y".repeat(Difference.MAX_LENGTH)));
        for (int n = 0; n < 400; n++) {
            log.record(ANNA, "config.replace", "t" + n, longest, 200);
            log.flush();
        }
        long bytes = changes.list(null, 10_000).stream()
                .mapToLong(entry ->
                        JSON.valueToTree(entry.stored().value()).toString().length())
                .sum();
        assertThat(bytes).isBetween(AuditLog.CHANGES.bytes() / 2, AuditLog.CHANGES.bytes() * 11 / 10);
        assertThat(targets(log)).contains("t399").doesNotContain("t0");
    }

    @Test
    void textOfStrangersIsShortAndOnOneLine() {
        log.record(unknown("192.0.2.1"), "POST", "a\nb" + "x".repeat(10_000), NOTHING, 401);
        assertThat(targets(log))
                .singleElement()
                .satisfies(target -> assertThat(target).startsWith("a?b").hasSizeLessThan(310));
    }

    @Test
    void allControlPlanesHaveTheEntriesOfEach() {
        AuditLog two = on("cp-two", changes, attempts);
        change(log, "at one");
        log.flush();
        change(two, "at two");
        two.flush();
        assertThat(targets(log)).containsExactly("at two", "at one").isEqualTo(targets(two));
    }

    @Test
    void whatTheStoreDidNotTakeIsWrittenWhenItIsBack() {
        StoreOutage outage = new StoreOutage();
        AuditLog cutOff = on("cp-one", outage.of(changes), outage.of(attempts));
        outage.begin();
        IntStream.range(0, 150).forEach(n -> change(cutOff, "t" + n));
        cutOff.flush();
        change(cutOff, "last");
        assertThat(targets(cutOff)).isEmpty();
        outage.end();
        assertThat(targets(cutOff)).hasSize(151).startsWith("last", "t149");
    }

    @Test
    void anOutageThatLastsFillsNoMemory() {
        StoreOutage outage = new StoreOutage();
        AuditLog cutOff = on("cp-one", outage.of(changes), outage.of(attempts));
        outage.begin();
        IntStream.range(0, 5_000).forEach(n -> change(cutOff, "t" + n));
        assertThat(cutOff.dropped()).isEqualTo(5_000 - AuditLog.CHANGES.queued());
    }

    @Test
    void entriesOutliveTheProcess(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("audit.json");
        try (var kept = new FileKeyedStore<>(clock, file, JSON, String.class, AuditBatch.class)) {
            AuditLog first = on("cp-one", kept, attempts);
            first.record(
                    ANNA,
                    "origin.add",
                    "origins/o-1",
                    new Difference(null, JsonNodeFactory.instance.objectNode().put("w", 1)),
                    201);
            first.flush();
        }
        assertThat(Files.readString(file)).contains("anna");
        try (var kept = new FileKeyedStore<>(clock, file, JSON, String.class, AuditBatch.class)) {
            assertThat(on("cp-two", kept, attempts).newestFirst(null, entry -> true, 10))
                    .singleElement()
                    .satisfies(item -> {
                        assertThat(item.entry().actor()).isEqualTo("anna");
                        assertThat(item.entry().result()).isEqualTo(Result.DONE);
                        assertThat(item.entry().after()).hasToString("{\"w\":1}");
                        assertThat(item.entry().before()).isNull();
                    });
        }
    }
}
