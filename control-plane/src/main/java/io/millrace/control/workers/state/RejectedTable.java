package io.millrace.control.workers.state;

import io.millrace.model.table.TableVersion;
import java.time.Instant;

/** A table that a worker refused, and why. */
public record RejectedTable(TableVersion version, String problem, Instant at) {}
