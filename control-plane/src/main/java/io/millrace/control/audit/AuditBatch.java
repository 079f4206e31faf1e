package io.millrace.control.audit;

import java.util.List;

/** Entries that were written together, oldest first. */
public record AuditBatch(List<AuditEntry> entries) {

    public AuditBatch {
        entries = List.copyOf(entries);
    }

    long size() {
        return entries.stream().mapToLong(AuditEntry::size).sum();
    }
}
