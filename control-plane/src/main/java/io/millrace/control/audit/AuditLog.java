package io.millrace.control.audit;

import io.millrace.control.audit.AuditStore.Found;
import io.millrace.control.audit.AuditStore.Limits;
import io.millrace.control.security.Caller;
import io.millrace.control.security.token.IssuedSecrets;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.log.LogText;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The audit: what was changed, and apart from it what was attempted without changing anything, so that a flood of refused attempts lets nothing
 * go that was done. An entry is one line of the log at once and in the store a moment later; while the store takes no writes there are
 * hardly any changes either, and entries wait. No change is refused because its entry cannot be written. Any thread.
 */
public final class AuditLog {

    private static final Logger LOG = Logger.getLogger(AuditLog.class);

    /** With entries of usual length the number binds, with whole documents the bytes: the memory store writes all of it with each entry. */
    static final Limits CHANGES = new Limits(1_000, 2_000, 1024 * 1024);

    static final Limits ATTEMPTS = new Limits(200, 500, 256 * 1024);

    private static final int MAX_TEXT = 300;

    private final AuditStore changes;
    private final AuditStore attempts;
    private final RepeatedAttempts repeated;
    private final InstantSource timeOfDay;
    private final String controlPlane;

    /** @param id what a page ends with */
    public record Item(String id, AuditEntry entry) {}

    public AuditLog(
            KeyedStore<String, AuditBatch> changes,
            KeyedStore<String, AuditBatch> attempts,
            String controlPlane,
            SteadyClock clock,
            InstantSource timeOfDay) {
        this.changes = new AuditStore(changes, controlPlane, CHANGES);
        this.attempts = new AuditStore(attempts, controlPlane, ATTEMPTS);
        this.repeated = new RepeatedAttempts(clock);
        this.timeOfDay = timeOfDay;
        this.controlPlane = controlPlane;
    }

    /**
     * Records an attempt by the status with which it is answered; never waits.
     *
     * @param target may be anything that a stranger sent
     */
    void record(Caller who, String operation, String target, Difference difference, int status) {
        AuditEntry.Result result = AuditEntry.Result.of(status);
        boolean done = result == AuditEntry.Result.DONE;
        AuditEntry entry = new AuditEntry(
                timeOfDay.instant(),
                shortened(who.name()),
                shortened(who.credential()),
                shortened(who.address()),
                shortened(operation),
                shortened(IssuedSecrets.withoutSecrets(target)),
                done ? difference.before() : null,
                done ? difference.after() : null,
                result,
                status,
                0,
                controlPlane);
        if (result.mayHaveChanged()) {
            log(entry);
            changes.add(entry);
            return;
        }
        int before = repeated.admit(entry.actor() + ' ' + entry.address());
        if (before >= 0) {
            AuditEntry counted = entry.withRepeated(before);
            log(counted);
            attempts.add(counted);
        }
    }

    private static void log(AuditEntry entry) {
        LOG.infof(
                "audit actor=%s credential=%s address=%s operation=%s target=%s result=%s status=%d repeated=%d",
                LogText.quoted(entry.actor()),
                LogText.quoted(entry.credential()),
                entry.address(),
                entry.operation(),
                LogText.quoted(entry.target()),
                entry.result().word(),
                entry.status(),
                entry.repeated());
    }

    /** Writes what was recorded since; by any thread, and may wait for the store. */
    public void flush() {
        changes.flush();
        attempts.flush();
    }

    /**
     * What is wanted, newest first; what was recorded here before is among it unless the store takes no writes.
     *
     * @param after only what comes behind this id
     */
    public List<Item> newestFirst(@Nullable String after, Predicate<AuditEntry> wanted, int limit) {
        flush();
        return Stream.concat(changes.entries(), attempts.entries())
                .filter(found -> after == null || found.id().compareTo(after) < 0)
                .filter(found -> wanted.test(found.entry()))
                .sorted(Comparator.comparing(Found::id).reversed())
                .limit(limit)
                .map(found -> new Item(found.id(), found.entry()))
                .toList();
    }

    /** Entries that were not written, since too many were waiting. */
    public long dropped() {
        return changes.dropped() + attempts.dropped();
    }

    private static String shortened(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_TEXT));
        text.chars().limit(MAX_TEXT).forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return text.length() > MAX_TEXT ? shown.append("...").toString() : shown.toString();
    }
}
